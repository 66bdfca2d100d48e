using Shop.BuildingBlocks.Contracts;

namespace Shop.Products.Contracts;

/// <summary>A variant as sold.</summary>
/// <param name="Sku">Stock keeping unit, unique in the shop.</param>
/// <param name="Title">Its options, such as <c>M / blue</c>; empty for a product with one variant.</param>
/// <param name="Price">Price of one piece, before tax.</param>
/// <param name="Barcode">GTIN; may be missing.</param>
public sealed record VariantSnapshot(string Sku, string Title, Money Price, string? Barcode);

/// <summary>A product as the shop shows it.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Slug">Its address in the shop.</param>
/// <param name="Title">Name.</param>
/// <param name="Description">Plain text.</param>
/// <param name="Vendor">Maker; may be missing.</param>
/// <param name="Category">Slug of its category; may be missing.</param>
/// <param name="ImageUrl">First picture; may be missing.</param>
/// <param name="Variants">At least one.</param>
/// <param name="Version">Rises with each change; an older snapshot never overwrites a newer one.</param>
public sealed record ProductSnapshot(
    Guid ProductId,
    string Slug,
    string Title,
    string Description,
    string? Vendor,
    string? Category,
    string? ImageUrl,
    IReadOnlyList<VariantSnapshot> Variants,
    long Version
);

/// <summary>Products became visible, or visible ones changed.</summary>
/// <param name="Products">Whole snapshots, at most 100.</param>
[MessageIdentity("products.products-published")]
public sealed record ProductsPublished(IReadOnlyList<ProductSnapshot> Products) : IIntegrationEvent;

/// <summary>A product is no longer sold.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Version">Rises with each change.</param>
[MessageIdentity("products.product-unpublished")]
public sealed record ProductUnpublished(Guid ProductId, long Version) : IIntegrationEvent;
