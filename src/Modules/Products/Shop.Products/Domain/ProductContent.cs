using Shop.BuildingBlocks.Contracts;

namespace Shop.Products.Domain;

/// <summary>Everything about a product that staff or an import decide, apart from its address and whether it is shown.</summary>
public sealed record ProductContent(
    string Title,
    string Description,
    string? Vendor,
    string? Category,
    IReadOnlyList<string> OptionNames,
    IReadOnlyList<VariantContent> Variants,
    IReadOnlyList<ProductImage> Images
)
{
    /// <summary>True when nothing differs, order included.</summary>
    public bool SameAs(ProductContent other) =>
        Title == other.Title
        && Description == other.Description
        && Vendor == other.Vendor
        && Category == other.Category
        && OptionNames.SequenceEqual(other.OptionNames)
        && Images.SequenceEqual(other.Images)
        && Variants.Count == other.Variants.Count
        && Variants.Zip(other.Variants).All(pair => pair.First.SameAs(pair.Second));
}

/// <summary>What is decided about a variant.</summary>
/// <param name="Sku">Stock keeping unit, unique in the shop.</param>
/// <param name="OptionValues">One for each option of the product.</param>
/// <param name="Price">Price of one piece, before tax.</param>
/// <param name="CompareAtMinor">A former, higher price in minor units of the price's currency.</param>
/// <param name="Barcode">GTIN.</param>
public sealed record VariantContent(string Sku, IReadOnlyList<string> OptionValues, Money Price, long? CompareAtMinor, string? Barcode)
{
    /// <summary>True when nothing differs.</summary>
    public bool SameAs(VariantContent other) =>
        Sku == other.Sku
        && Price == other.Price
        && CompareAtMinor == other.CompareAtMinor
        && Barcode == other.Barcode
        && OptionValues.SequenceEqual(other.OptionValues);
}
