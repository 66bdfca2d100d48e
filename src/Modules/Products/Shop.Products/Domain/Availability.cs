namespace Shop.Products.Domain;

/// <summary>
/// Whether a SKU can be bought, as Inventory last said. Kept by SKU and apart from the variants, so that a word about a SKU which isn't
/// in the catalogue yet isn't lost.
/// </summary>
public sealed class Availability
{
    /// <summary>Stands for "Inventory has not said anything": older than any of its versions.</summary>
    public const long Unheard = -1;

    public required string Sku { get; init; }

    public bool InStock { get; init; }

    /// <summary>Inventory's version of the item.</summary>
    public long Version { get; init; }
}
