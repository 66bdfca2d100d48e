using Shop.BuildingBlocks.Contracts;

namespace Shop.Products.Contracts;

/// <summary>What the shop asks for these SKUs right now; the word of the prices' owner.</summary>
/// <param name="Skus">At most 200.</param>
[MessageIdentity("products.get-offers")]
public sealed record GetOffers(IReadOnlyList<string> Skus) : IQuery<Offers>;

/// <summary>A SKU that can be bought.</summary>
/// <param name="Sku">Stock keeping unit.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Title">Product and variant as shown.</param>
/// <param name="Price">Price of one piece, before tax.</param>
public sealed record Offer(string Sku, Guid ProductId, string Title, Money Price);

/// <summary>The offers; SKUs unknown or not published are missing.</summary>
/// <param name="Items">One for each known SKU.</param>
[MessageIdentity("products.offers")]
public sealed record Offers(IReadOnlyList<Offer> Items) : IMessage;
