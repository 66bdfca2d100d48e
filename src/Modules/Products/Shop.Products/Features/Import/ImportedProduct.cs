using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>A variant out of the file.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Said">What is said about it.</param>
/// <param name="Content">What it says.</param>
/// <param name="Opening">Pieces to begin with.</param>
/// <param name="OtherPrices">Currencies it speaks of; null takes the price away.</param>
internal sealed record ImportedVariant(
    int Line,
    ColumnSet Said,
    VariantContent Content,
    int Opening,
    IReadOnlyDictionary<string, OtherPrice?> OtherPrices
);

/// <summary>All rows of one handle, read and found good; rows refused are left out and counted.</summary>
internal sealed class ImportedProduct(int line, string slug, ColumnSet said)
{
    public int Line { get; } = line;

    public string Slug { get; } = slug;

    /// <summary>What is said about it.</summary>
    public ColumnSet Said { get; set; } = said;

    public string Title { get; set; } = "";

    public string Description { get; set; } = "";

    public string? Vendor { get; set; }

    public string? CategoryName { get; set; }

    /// <summary>The category's own address, when the file names it.</summary>
    public string? CategorySlug { get; set; }

    /// <summary>Addresses and titles of the collections it is in.</summary>
    public IReadOnlyList<(string Slug, string Title)> Collections { get; set; } = [];

    public string? TaxCategory { get; set; }

    public string? SeoTitle { get; set; }

    public string? SeoDescription { get; set; }

    /// <summary>Attributes it speaks of; null takes the value away.</summary>
    public Dictionary<string, string?> Attributes { get; } = [];

    public bool Published { get; set; } = true;

    /// <summary>Since when it is shown, or from when.</summary>
    public DateTimeOffset? PublishedAt { get; set; }

    public IReadOnlyList<string> OptionNames { get; set; } = [];

    public List<ImportedVariant> Variants { get; } = [];

    public List<(int Position, ProductImage Image)> Images { get; } = [];

    /// <summary>Lines of the rows taken.</summary>
    public List<int> Lines { get; } = [];

    /// <summary>Rows of the file that belong to it, refused ones included.</summary>
    public int Rows { get; set; }

    /// <summary>What it costs to write, in rows.</summary>
    public int Weight => Math.Max(Rows, Math.Max(Variants.Count, Images.Count));

    /// <summary>Some of its rows were refused.</summary>
    public bool IsIncomplete => Lines.Count < Rows;

    /// <summary>Its category as the file names it: the address, or one made of the name; null for none.</summary>
    public string? Category => CategorySlug ?? (Slugs.From(CategoryName ?? "") is { Length: > 0 } slug ? slug : null);

    /// <summary>
    /// What the product is to say. What the file lacks keeps what is; so do variants that aren't in the file when some of the
    /// product's rows were refused: they may be the ones.
    /// </summary>
    public ProductContent ToContent(ProductContent? existing)
    {
        var known = existing?.Variants.ToDictionary(v => v.Sku) ?? [];
        var variants = new List<VariantContent>(Variants.Count);
        foreach (var variant in Variants)
        {
            known.Remove(variant.Content.Sku, out var before);
            variants.Add(Merge(variant, before));
        }
        if (IsIncomplete)
            variants.AddRange(Kept(existing, known.Values, variants));
        var hasCategory = Said.Has(Column.Type) || Said.Has(Column.Taxonomy) || Said.Has(Column.Category);
        return new(
            Title,
            Keeps(Column.Description) ? existing!.Description : Description,
            Keeps(Column.Vendor) ? existing!.Vendor : Vendor,
            hasCategory || existing is null ? Category : existing.Category,
            OptionNames,
            variants,
            Keeps(Column.ImageUrl) ? existing!.Images : [.. Images.OrderBy(i => i.Position).Select(i => i.Image)]
        )
        {
            TaxCategory = Keeps(Column.TaxCategory) ? existing!.TaxCategory : TaxCategory,
            SeoTitle = Keeps(Column.SeoTitle) ? existing!.SeoTitle : SeoTitle,
            SeoDescription = Keeps(Column.SeoDescription) ? existing!.SeoDescription : SeoDescription,
            Attributes = MergeAttributes(existing?.Attributes),
        };

        bool Keeps(Column column) => existing is not null && !Said.Has(column);
    }

    // Those that a product may have beside what the file says: of the same options, in a combination that is free.
    private IEnumerable<VariantContent> Kept(ProductContent? existing, IEnumerable<VariantContent> unseen, List<VariantContent> seen) =>
        existing?.OptionNames.SequenceEqual(OptionNames) == true
            ? unseen
                .Where(v => !seen.Any(s => s.OptionValues.SequenceEqual(v.OptionValues)))
                .Take(Math.Max(0, Limits.Variants - seen.Count))
                .ToList()
            : [];

    private static VariantContent Merge(ImportedVariant variant, VariantContent? before)
    {
        var content = variant.Content;
        var prices = (before?.OtherPrices ?? []).Where(p => !variant.OtherPrices.ContainsKey(p.Currency));
        return content with
        {
            Barcode = Keeps(Column.Barcode) ? before!.Barcode : content.Barcode,
            CompareAtMinor = Keeps(Column.CompareAt) ? before!.CompareAtMinor : content.CompareAtMinor,
            WeightGrams = Keeps(Column.Weight) ? before!.WeightGrams : content.WeightGrams,
            OtherPrices =
            [
                .. prices.Concat(variant.OtherPrices.Values.OfType<OtherPrice>()).OrderBy(p => p.Currency, StringComparer.Ordinal),
            ],
        };

        bool Keeps(Column column) => before is not null && !variant.Said.Has(column);
    }

    private IReadOnlyDictionary<string, string> MergeAttributes(IReadOnlyDictionary<string, string>? before)
    {
        if (Attributes.Count == 0)
            return before ?? new Dictionary<string, string>();
        var merged = new Dictionary<string, string>(before ?? new Dictionary<string, string>());
        foreach (var (code, value) in Attributes)
            if (value is null)
                merged.Remove(code);
            else
                merged[code] = value;
        return merged;
    }
}
