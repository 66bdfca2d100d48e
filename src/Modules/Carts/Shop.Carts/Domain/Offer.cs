namespace Shop.Carts.Domain;

/// <summary>What Products asks for a SKU, as far as Carts has heard; checkout asks Products itself once more.</summary>
public sealed class Offer
{
    /// <summary>Stock keeping unit.</summary>
    public string Sku { get; init; } = "";

    /// <summary>The product it belongs to.</summary>
    public Guid ProductId { get; init; }

    /// <summary>Product and variant as shown.</summary>
    public string Title { get; init; } = "";

    /// <summary>Price of one piece as listed, in minor units.</summary>
    public long PriceMinor { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string Currency { get; init; } = "";

    /// <summary>The product's version that it comes from.</summary>
    public long Version { get; init; }

    /// <summary>How it is taxed; null for the standard way.</summary>
    public string? TaxCategory { get; init; }

    /// <summary>Slugs of its category and those above it.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>Weight of one piece; null when nobody said.</summary>
    public int? WeightGrams { get; init; }
}

/// <summary>
/// The newest version of a product that Carts has heard of, published or not: it outlives the offers, so that a late snapshot of a product
/// that is no longer sold does not bring it back.
/// </summary>
public sealed class ProductVersion
{
    /// <summary>The product.</summary>
    public Guid ProductId { get; init; }

    /// <summary>Its newest version.</summary>
    public long Version { get; init; }
}
