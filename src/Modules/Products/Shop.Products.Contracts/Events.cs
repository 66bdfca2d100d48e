using Shop.BuildingBlocks.Contracts;

namespace Shop.Products.Contracts;

/// <summary>A variant as sold.</summary>
/// <param name="Sku">Stock keeping unit, unique in the shop.</param>
/// <param name="Title">Its options, such as <c>M / blue</c>; empty for a product with one variant.</param>
/// <param name="Price">Price of one piece in the shop's own currency, before tax.</param>
/// <param name="Barcode">GTIN; may be missing.</param>
/// <param name="OptionValues">One for each of the product's <see cref="ProductSnapshot.OptionNames"/>; null from a version that told none.</param>
/// <param name="CompareAtMinor">A former, higher price in minor units of the price's currency; may be missing.</param>
/// <param name="OtherPrices">Its prices in other currencies, at most one each; null for none.</param>
/// <param name="WeightGrams">Weight of one piece in grams; null when nobody said.</param>
public sealed record VariantSnapshot(
    string Sku,
    string Title,
    Money Price,
    string? Barcode,
    IReadOnlyList<string>? OptionValues = null,
    long? CompareAtMinor = null,
    IReadOnlyList<Money>? OtherPrices = null,
    int? WeightGrams = null
);

/// <summary>What the value of an attribute is.</summary>
public enum AttributeKind
{
    /// <summary>Free text.</summary>
    Text = 0,

    /// <summary>A decimal number, written with a point.</summary>
    Number = 1,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean = 2,

    /// <summary>One of a list.</summary>
    Choice = 3,
}

/// <summary>A property of a product that shoppers may filter by.</summary>
/// <param name="Code">Its stable name, such as <c>waterproof</c>.</param>
/// <param name="Label">As people read it.</param>
/// <param name="Kind">How to read the value.</param>
/// <param name="Value">The value as text, independent of any language.</param>
public sealed record AttributeSnapshot(string Code, string Label, AttributeKind Kind, string Value);

/// <summary>A category on the way from the root to a product.</summary>
/// <param name="Slug">Its address.</param>
/// <param name="Name">As people read it.</param>
public sealed record CategorySnapshot(string Slug, string Name);

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
/// <param name="OptionNames">Names of its options, at most three; null from a version that told none.</param>
/// <param name="CategoryPath">Its category and those above it, the root first; null from a version that told none.</param>
/// <param name="Attributes">What shoppers may filter by; null from a version that told none.</param>
/// <param name="TaxCategory">Code of the tax category; null for the standard one.</param>
/// <param name="PublishedAt">Since when it is shown, UTC; null from a version that didn't tell.</param>
public sealed record ProductSnapshot(
    Guid ProductId,
    string Slug,
    string Title,
    string Description,
    string? Vendor,
    string? Category,
    string? ImageUrl,
    IReadOnlyList<VariantSnapshot> Variants,
    long Version,
    IReadOnlyList<string>? OptionNames = null,
    IReadOnlyList<CategorySnapshot>? CategoryPath = null,
    IReadOnlyList<AttributeSnapshot>? Attributes = null,
    string? TaxCategory = null,
    DateTimeOffset? PublishedAt = null
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
