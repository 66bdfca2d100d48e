using System.Text.RegularExpressions;

namespace Shop.Products.Features.Import;

/// <summary>What the import reads out of a row.</summary>
internal enum Column
{
    Handle,
    Title,
    Description,
    Vendor,
    Type,
    Taxonomy,
    Category,
    Collections,
    TaxCategory,
    SeoTitle,
    SeoDescription,
    Published,
    PublishedAt,
    Status,
    Option1Name,
    Option1Value,
    Option2Name,
    Option2Value,
    Option3Name,
    Option3Value,
    Sku,
    Barcode,
    Quantity,
    Price,
    CompareAt,
    Weight,
    ImageUrl,
    ImagePosition,
    ImageAlt,
}

/// <summary>What a file or a line of it says anything about. A blank cell clears; what isn't there keeps what is.</summary>
internal readonly record struct ColumnSet(ulong Bits)
{
    public bool Has(Column column) => (Bits & (1UL << (int)column)) != 0;

    public ColumnSet With(Column column) => new(Bits | (1UL << (int)column));
}

/// <summary>Where each column stands in this file. Shopify renamed its headers; files of both kinds are about.</summary>
internal sealed partial class ImportColumns
{
    private static readonly Dictionary<string, Column> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Handle"] = Column.Handle,
        ["URL handle"] = Column.Handle,
        ["Title"] = Column.Title,
        ["Body (HTML)"] = Column.Description,
        ["Description"] = Column.Description,
        ["Vendor"] = Column.Vendor,
        ["Type"] = Column.Type,
        ["Product category"] = Column.Taxonomy,
        ["Category address"] = Column.Category,
        ["Collection"] = Column.Collections,
        ["Collections"] = Column.Collections,
        ["Variant Tax Code"] = Column.TaxCategory,
        ["Tax code"] = Column.TaxCategory,
        ["SEO title"] = Column.SeoTitle,
        ["SEO description"] = Column.SeoDescription,
        ["Published"] = Column.Published,
        ["Published on online store"] = Column.Published,
        ["Published at"] = Column.PublishedAt,
        ["Status"] = Column.Status,
        ["Option1 name"] = Column.Option1Name,
        ["Option1 value"] = Column.Option1Value,
        ["Option2 name"] = Column.Option2Name,
        ["Option2 value"] = Column.Option2Value,
        ["Option3 name"] = Column.Option3Name,
        ["Option3 value"] = Column.Option3Value,
        ["Variant SKU"] = Column.Sku,
        ["SKU"] = Column.Sku,
        ["Variant Barcode"] = Column.Barcode,
        ["Barcode"] = Column.Barcode,
        ["Variant Inventory Qty"] = Column.Quantity,
        ["Inventory quantity"] = Column.Quantity,
        ["Variant Price"] = Column.Price,
        ["Price"] = Column.Price,
        ["Variant Compare At Price"] = Column.CompareAt,
        ["Compare-at price"] = Column.CompareAt,
        ["Variant Grams"] = Column.Weight,
        ["Weight value (grams)"] = Column.Weight,
        ["Image Src"] = Column.ImageUrl,
        ["Product image URL"] = Column.ImageUrl,
        ["Image Position"] = Column.ImagePosition,
        ["Image Alt Text"] = Column.ImageAlt,
    };

    private readonly int[] _indexes = new int[Enum.GetValues<Column>().Length];
    private readonly string[] _header;

    public ImportColumns(string[] header)
    {
        _header = header;
        Array.Fill(_indexes, -1);
        var attributes = new List<(int, string)>();
        var prices = new Dictionary<string, (int Price, int CompareAt)>();
        for (var i = header.Length - 1; i >= 0; i--)
        {
            var name = header[i].Trim();
            if (Names.TryGetValue(name, out var column))
                (_indexes[(int)column], Said) = (i, Said.With(column));
            else if (Metafield().Match(name) is { Success: true } metafield)
                attributes.Add((i, metafield.Groups[1].Value));
            else if (OtherCurrency().Match(name) is { Success: true } other)
            {
                var (price, compareAt) = prices.GetValueOrDefault(other.Groups[2].Value, (-1, -1));
                prices[other.Groups[2].Value] = other.Groups[1].Length == 5 ? (i, compareAt) : (price, i);
            }
        }
        Attributes = attributes;
        OtherPrices = [.. prices.Where(p => p.Value.Price >= 0).Select(p => (p.Key, p.Value.Price, p.Value.CompareAt))];
    }

    /// <summary>What the file says anything about.</summary>
    public ColumnSet Said { get; }

    /// <summary>Index and code of the columns that hold attributes: <c>Waterproof (product.metafields.custom.waterproof)</c>.</summary>
    public IReadOnlyList<(int Index, string Code)> Attributes { get; }

    /// <summary>Columns of prices in other currencies, <c>Price (USD)</c> and <c>Compare-at price (USD)</c>; -1 for no column.</summary>
    public IReadOnlyList<(string Currency, int Price, int CompareAt)> OtherPrices { get; }

    /// <summary>Columns without which no product can be read, by their current names; empty when all are there.</summary>
    public IReadOnlyList<string> Missing =>
        [
            .. new[] { (Column.Title, "Title"), (Column.Sku, "SKU"), (Column.Price, "Price") }
                .Where(required => !Said.Has(required.Item1))
                .Select(required => required.Item2),
        ];

    /// <summary>The column's index in this file; -1 when it isn't there.</summary>
    public int IndexOf(Column column) => _indexes[(int)column];

    /// <summary>The column's header as this file has it.</summary>
    public string NameOf(Column column) => Said.Has(column) ? _header[IndexOf(column)] : column.ToString();

    /// <summary>The header at an index.</summary>
    public string NameAt(int index) => _header[index];

    [GeneratedRegex(@"product\.metafields\.[^.]+\.([a-z][a-z0-9_-]*)\)?$")]
    private static partial Regex Metafield();

    [GeneratedRegex(@"^(Price|Compare-at price) \(([A-Z]{3})\)$")]
    private static partial Regex OtherCurrency();
}
