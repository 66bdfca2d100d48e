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
    Published,
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
    ImageUrl,
    ImagePosition,
    ImageAlt,
}

/// <summary>Where each column stands in this file. Shopify renamed its headers; files of both kinds are about.</summary>
internal sealed class ImportColumns
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
        ["Published"] = Column.Published,
        ["Published on online store"] = Column.Published,
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
        for (var i = header.Length - 1; i >= 0; i--)
            if (Names.TryGetValue(header[i].Trim(), out var column))
                _indexes[(int)column] = i;
    }

    /// <summary>Columns without which no product can be read, by their current names; empty when all are there.</summary>
    public IReadOnlyList<string> Missing =>
        [
            .. new[] { (Column.Title, "Title"), (Column.Sku, "SKU"), (Column.Price, "Price") }
                .Where(required => !Has(required.Item1))
                .Select(required => required.Item2),
        ];

    /// <summary>True when the file says anything about it. A blank cell clears; a column that isn't there keeps what is.</summary>
    public bool Has(Column column) => _indexes[(int)column] >= 0;

    /// <summary>The column's index in this file; -1 when it isn't there.</summary>
    public int IndexOf(Column column) => _indexes[(int)column];

    /// <summary>The column's header as this file has it.</summary>
    public string NameOf(Column column) => Has(column) ? _header[IndexOf(column)] : column.ToString();
}
