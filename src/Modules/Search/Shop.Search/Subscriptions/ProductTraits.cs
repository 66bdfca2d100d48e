using Shop.Products.Contracts;
using Shop.Search.Domain;

namespace Shop.Search.Subscriptions;

/// <summary>What a product can be filtered by, read from its snapshot. A list is null when the snapshot doesn't tell.</summary>
internal sealed class ProductTraits(ProductSnapshot product)
{
    // A filter nobody can read is of no use, and an index entry has its limits.
    private const int MaxLength = 100;

    /// <summary>Vendor, and the category when that is all that is told of it.</summary>
    public IReadOnlyList<FacetValue> Own { get; } = [.. OwnOf(product)];

    /// <summary>Categories, the root first.</summary>
    public IReadOnlyList<FacetValue>? Path { get; } =
        product.CategoryPath is { Count: > 0 } path
            ? [.. path.Select((c, i) => Value(FacetValue.Category, "Category", c.Slug, c.Name, i == 0 ? null : path[i - 1].Slug))]
            : null;

    /// <summary>Values of the variants' options.</summary>
    public IReadOnlyList<FacetValue>? Options { get; } =
        product.OptionNames is { } names
            ?
            [
                .. product
                    .Variants.SelectMany(v => names.Zip(v.OptionValues ?? []))
                    .Where(o => Counts(o.First, o.Second))
                    .Select(o => Value(FacetValue.KeyOf(o.First), o.First, o.Second, o.Second))
                    .DistinctBy(v => v.Id),
            ]
            : null;

    /// <summary>Attributes.</summary>
    public IReadOnlyList<FacetValue>? Attributes { get; } =
        product
            .Attributes?.Where(a => Counts(a.Code, a.Value))
            .Select(a => Value(FacetValue.KeyOf(a.Code), a.Label, a.Value, a.Value))
            .DistinctBy(v => v.Id)
            .ToArray();

    /// <summary>All of them.</summary>
    public IEnumerable<FacetValue> All => [.. Own, .. Path ?? [], .. Options ?? [], .. Attributes ?? []];

    /// <summary>Their ids, as SQL reads them back.</summary>
    public static string? Ids(IReadOnlyList<FacetValue>? values) => values is null ? null : string.Join(',', values.Select(v => v.Id));

    /// <summary>What they are found by.</summary>
    public static string? Words(IReadOnlyList<FacetValue>? values) => values is null ? null : string.Join(' ', values.Select(v => v.Label));

    private static IEnumerable<FacetValue> OwnOf(ProductSnapshot product)
    {
        if (product.Vendor is { } vendor && Counts(FacetValue.Vendor, vendor))
            yield return Value(FacetValue.Vendor, "Vendor", vendor, vendor);
        // The category's own id stands in its path as well; an array that holds it twice would count it twice.
        if (product.Category is { } category && product.CategoryPath is not { Count: > 0 })
            yield return Value(FacetValue.Category, "Category", category, category);
    }

    private static bool Counts(string name, string value) =>
        value.Length is > 0 and <= MaxLength && FacetValue.KeyOf(name).Length is > 0 and <= MaxLength;

    private static FacetValue Value(string facet, string facetLabel, string value, string label, string? parent = null) =>
        new()
        {
            Id = FacetValue.IdOf(facet, value),
            Facet = facet,
            FacetLabel = facetLabel,
            Value = value,
            Label = label,
            Parent = parent,
        };
}
