using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Contracts;

/// <summary>What a cart costs, for whoever may see it.</summary>
/// <param name="CartId">The cart.</param>
/// <param name="Token">The guest's cart token; null when signed in.</param>
/// <param name="CustomerId">The signed-in customer; null for a guest.</param>
[MessageIdentity("carts.quote-cart")]
public sealed record QuoteCart(Guid CartId, string? Token, Guid? CustomerId) : IQuery<CartQuote>;

/// <summary>A line of a quote.</summary>
/// <param name="Sku">Stock keeping unit.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Title">Product and variant as shown.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="UnitPrice">Price of one piece the shopper was shown, before tax.</param>
/// <param name="Tax">Tax on the whole line.</param>
/// <param name="Total">The whole line including tax.</param>
public sealed record QuoteLine(string Sku, Guid ProductId, string Title, int Quantity, Money UnitPrice, Money Tax, Money Total);

/// <summary>The answer.</summary>
/// <param name="Found">False when there is no such open cart for this shopper; everything else is empty then.</param>
/// <param name="Version">The cart's version that was priced.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Lines">Lines in the order they were added; equal SKUs are one line.</param>
/// <param name="ShippingMethod">The method's code.</param>
/// <param name="Subtotal">Lines before tax.</param>
/// <param name="Shipping">Shipping before tax.</param>
/// <param name="Tax">All tax.</param>
/// <param name="Total">What the payer pays.</param>
/// <param name="MergedCartIds">Guests' carts whose lines are in it; a checkout of one of them, begun before, is of the same pieces.</param>
[MessageIdentity("carts.cart-quote")]
public sealed record CartQuote(
    bool Found,
    long Version,
    string Currency,
    IReadOnlyList<QuoteLine> Lines,
    string ShippingMethod,
    Money Subtotal,
    Money Shipping,
    Money Tax,
    Money Total,
    IReadOnlyList<Guid> MergedCartIds
) : IMessage;
