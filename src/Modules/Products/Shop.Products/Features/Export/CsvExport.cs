using System.Globalization;
using System.Net;
using System.Text;
using CsvHelper;
using Shop.Products.Domain;

namespace Shop.Products.Features.Export;

/// <summary>
/// Shopify's product CSV with its current headers, and columns of our own where it has none: the category's address, other currencies,
/// the date. A row a variant, and as many more as there are pictures left.
/// </summary>
internal sealed class CsvExport(IReadOnlyList<AttributeDefinition> attributes, IReadOnlyList<string> currencies) : IExportFormat
{
    private const int OptionColumns = 3;

    /// <inheritdoc />
    public byte[] Header() => Bytes([Headers()]);

    /// <inheritdoc />
    public byte[] Write(IReadOnlyList<ExportedProduct> products) => Bytes(products.SelectMany(Rows));

    private IEnumerable<IEnumerable<string?>> Rows(ExportedProduct exported)
    {
        var variants = exported.Product.Variants.ToArray();
        for (var row = 0; row < Math.Max(variants.Length, exported.Product.Images.Count); row++)
            yield return Cells(exported, row, row < variants.Length ? variants[row] : null);
    }

    private static byte[] Bytes(IEnumerable<IEnumerable<string?>> rows)
    {
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, new UTF8Encoding(false)))
        using (var csv = new CsvWriter(text, CultureInfo.InvariantCulture))
            foreach (var row in rows)
            {
                foreach (var cell in row)
                    csv.WriteField(Domain.Cells.Guarded(cell));
                csv.NextRecord();
            }
        return bytes.ToArray();
    }

    private IEnumerable<string> Headers() =>
        [
            "Title",
            "URL handle",
            "Description",
            "Vendor",
            "Type",
            "Category address",
            "Collections",
            "Published on online store",
            "Published at",
            "Status",
            "SKU",
            "Barcode",
            "Option1 name",
            "Option1 value",
            "Option2 name",
            "Option2 value",
            "Option3 name",
            "Option3 value",
            "Price",
            "Compare-at price",
            .. currencies.SelectMany(c => new[] { $"Price ({c})", $"Compare-at price ({c})" }),
            "Tax code",
            "Weight value (grams)",
            "Product image URL",
            "Image position",
            "Image alt text",
            "SEO title",
            "SEO description",
            .. attributes.Select(a => $"{a.Label.Replace('.', ' ')} (product.metafields.custom.{a.Code})"),
        ];

    private IEnumerable<string?> Cells(ExportedProduct exported, int row, Variant? variant)
    {
        var product = exported.Product;
        var first = row == 0;
        var shown = product.Status == ProductStatus.Published;
        return
        [
            first ? product.Title : null,
            product.Slug,
            first ? Html(product.Description) : null,
            first ? product.Vendor : null,
            first ? exported.CategoryName : null,
            first ? product.Category : null,
            first ? string.Join(", ", exported.Collections) : null,
            first ? (shown ? "TRUE" : "FALSE") : null,
            first ? product.ShownSince?.ToString("O", CultureInfo.InvariantCulture) : null,
            first ? (shown ? "Active" : "Draft") : null,
            variant?.Sku,
            variant?.Barcode,
            .. Enumerable.Range(0, OptionColumns).SelectMany(i => OptionCells(product, variant, i, first)),
            variant is null ? null : Prices.Text(variant.Price.Minor, variant.Price.Currency),
            variant?.CompareAtMinor is { } before ? Prices.Text(before, variant.Price.Currency) : null,
            .. currencies.SelectMany(currency => OtherCells(variant, currency)),
            first ? product.TaxCategory : null,
            variant?.WeightGrams?.ToString(CultureInfo.InvariantCulture),
            row < product.Images.Count ? product.Images[row].Url : null,
            row < product.Images.Count ? (row + 1).ToString(CultureInfo.InvariantCulture) : null,
            row < product.Images.Count ? product.Images[row].Alt : null,
            first ? product.SeoTitle : null,
            first ? product.SeoDescription : null,
            .. attributes.Select(a => first ? product.Attributes.GetValueOrDefault(a.Code) : null),
        ];
    }

    // "Title: Default Title" is how the format says that there are no options.
    private static IEnumerable<string?> OptionCells(Product product, Variant? variant, int option, bool first)
    {
        if (product.OptionNames.Count == 0 && option == 0)
            return [first ? "Title" : null, variant is null ? null : "Default Title"];
        return option < product.OptionNames.Count
            ? [first ? product.OptionNames[option] : null, variant?.OptionValues[option]]
            : [null, null];
    }

    private static IEnumerable<string?> OtherCells(Variant? variant, string currency)
    {
        var price = variant?.OtherPrices.FirstOrDefault(p => p.Currency == currency);
        return price is null
            ? [null, null]
            : [Prices.Text(price.Minor, currency), price.CompareAtMinor is { } before ? Prices.Text(before, currency) : null];
    }

    // The column is HTML: text that could be taken for some is written so that it isn't.
    private static string Html(string text) =>
        text.AsSpan().ContainsAny('<', '&') ? WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal) : text;
}
