using System.Collections.Frozen;
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
    /// <summary>Code of the tax category; null for the standard one.</summary>
    public string? TaxCategory { get; init; }

    /// <summary>Title for search engines; null for the product's own.</summary>
    public string? SeoTitle { get; init; }

    /// <summary>Description for search engines.</summary>
    public string? SeoDescription { get; init; }

    /// <summary>Values of attributes by the attribute's code, in the form that <see cref="AttributeDefinition.TryRead"/> gives.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>True when nothing differs, order included.</summary>
    public bool SameAs(ProductContent other) =>
        Title == other.Title
        && Description == other.Description
        && Vendor == other.Vendor
        && Category == other.Category
        && TaxCategory == other.TaxCategory
        && SeoTitle == other.SeoTitle
        && SeoDescription == other.SeoDescription
        && OptionNames.SequenceEqual(other.OptionNames)
        && Images.SequenceEqual(other.Images)
        && AttributeValues.Same(Attributes, other.Attributes)
        && Variants.Count == other.Variants.Count
        && Variants.Zip(other.Variants).All(pair => pair.First.SameAs(pair.Second));
}

/// <summary>A price in a currency other than the shop's own.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Minor">Price of one piece in minor units, before tax.</param>
/// <param name="CompareAtMinor">A former, higher price in the same currency.</param>
public sealed record OtherPrice(string Currency, long Minor, long? CompareAtMinor);

/// <summary>What is decided about a variant.</summary>
/// <param name="Sku">Stock keeping unit, unique in the shop.</param>
/// <param name="OptionValues">One for each option of the product.</param>
/// <param name="Price">Price of one piece, before tax.</param>
/// <param name="CompareAtMinor">A former, higher price in minor units of the price's currency.</param>
/// <param name="Barcode">GTIN.</param>
public sealed record VariantContent(string Sku, IReadOnlyList<string> OptionValues, Money Price, long? CompareAtMinor, string? Barcode)
{
    /// <summary>Weight of one piece in grams.</summary>
    public int? WeightGrams { get; init; }

    /// <summary>Prices in other currencies, by currency, at most one each.</summary>
    public IReadOnlyList<OtherPrice> OtherPrices { get; init; } = [];

    /// <summary>True when nothing differs.</summary>
    public bool SameAs(VariantContent other) =>
        Sku == other.Sku
        && Price == other.Price
        && CompareAtMinor == other.CompareAtMinor
        && Barcode == other.Barcode
        && WeightGrams == other.WeightGrams
        && OptionValues.SequenceEqual(other.OptionValues)
        && OtherPrices.SequenceEqual(other.OtherPrices);
}
