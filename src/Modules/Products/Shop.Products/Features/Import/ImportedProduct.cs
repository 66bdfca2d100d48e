using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>A variant out of the file.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Content">What it says.</param>
/// <param name="Opening">Pieces to begin with.</param>
internal sealed record ImportedVariant(int Line, VariantContent Content, int Opening);

/// <summary>All rows of one handle, read and found good; rows refused are left out and counted.</summary>
internal sealed class ImportedProduct(int line, string slug)
{
    public int Line { get; } = line;

    public string Slug { get; } = slug;

    public string Title { get; set; } = "";

    public string Description { get; set; } = "";

    public string? Vendor { get; set; }

    public string? CategoryName { get; set; }

    public bool Published { get; set; } = true;

    public IReadOnlyList<string> OptionNames { get; set; } = [];

    public List<ImportedVariant> Variants { get; } = [];

    public List<(int Position, ProductImage Image)> Images { get; } = [];

    /// <summary>Lines of the rows taken.</summary>
    public List<int> Lines { get; } = [];

    /// <summary>Rows of the file that belong to it, refused ones included.</summary>
    public int Rows { get; set; }

    /// <summary>Some of its rows were refused.</summary>
    public bool IsIncomplete => Lines.Count < Rows;

    /// <summary>
    /// What the product is to say. Columns that the file lacks keep what is; so do variants that aren't in the file when some of the
    /// product's rows were refused: they may be the ones.
    /// </summary>
    public ProductContent ToContent(ProductContent? existing, ImportColumns columns)
    {
        var known = existing?.Variants.ToDictionary(v => v.Sku) ?? [];
        var variants = new List<VariantContent>(Variants.Count);
        foreach (var (_, content, _) in Variants)
        {
            known.Remove(content.Sku, out var before);
            variants.Add(
                content with
                {
                    Barcode = columns.Has(Column.Barcode) ? content.Barcode : before?.Barcode,
                    CompareAtMinor = columns.Has(Column.CompareAt) ? content.CompareAtMinor : before?.CompareAtMinor,
                }
            );
        }
        if (IsIncomplete)
            variants.AddRange(known.Values.Where(v => v.OptionValues.Count == OptionNames.Count));
        var hasCategory = columns.Has(Column.Type) || columns.Has(Column.Taxonomy);
        return new(
            Title,
            columns.Has(Column.Description) || existing is null ? Description : existing.Description,
            columns.Has(Column.Vendor) || existing is null ? Vendor : existing.Vendor,
            hasCategory || existing is null ? CategorySlug : existing.Category,
            OptionNames,
            variants,
            columns.Has(Column.ImageUrl) || existing is null ? [.. Images.OrderBy(i => i.Position).Select(i => i.Image)] : existing.Images
        );
    }

    private string? CategorySlug => Slugs.From(CategoryName ?? "") is { Length: > 0 } slug ? slug : null;
}
