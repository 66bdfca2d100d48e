using System.Globalization;
using CsvHelper;

namespace Shop.LocalServices.Catalogue;

/// <summary>A made-up range of products, the same on every machine, in Shopify's product CSV (the headers in use since 2025).</summary>
public static class DemoCatalogue
{
    /// <summary>The most products it can tell apart.</summary>
    public const int MostProducts = 1_000_000;

    private const int OptionColumns = 3;
    private const int RowsBetweenFlushes = 1_000;

    private static readonly string[] Headers =
    [
        "Title",
        "URL handle",
        "Description",
        "Vendor",
        "Product category",
        "Type",
        "Tags",
        "Published on online store",
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
        "Charge tax",
        "Inventory tracker",
        "Inventory quantity",
        "Continue selling when out of stock",
        "Weight value (grams)",
        "Requires shipping",
        "Product image URL",
        "Image position",
        "Image alt text",
        "Gift card",
        "SEO title",
        "SEO description",
    ];

    /// <summary>Writes products 1 to <paramref name="products" />, one row a variant, holding one product in memory at a time.</summary>
    /// <param name="writer">Takes the CSV.</param>
    /// <param name="products">How many; a larger catalogue begins with the smaller one.</param>
    /// <param name="pictures">What the number and ".svg" are appended to, for each product's picture.</param>
    /// <param name="cancellationToken">Stops between two rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than none, or more than <see cref="MostProducts" />.</exception>
    public static async Task WriteAsync(
        TextWriter writer,
        int products,
        string pictures = ProductPicture.Path,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(products);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(products, MostProducts);
        await using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        Write(csv, Headers);
        await csv.NextRecordAsync();
        var rows = 0;
        for (var number = 1; number <= products; number++)
        {
            var product = DemoProduct.Make(number);
            for (var variant = 0; variant < product.Variants.Length; variant++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Write(csv, Row(product, variant, pictures));
                await csv.NextRecordAsync();
                if (++rows % RowsBetweenFlushes == 0)
                    await csv.FlushAsync();
            }
        }
        await csv.FlushAsync();
    }

    // The first row of a product says everything about it, the others only their variant.
    private static IEnumerable<string?> Row(DemoProduct product, int index, string pictures)
    {
        var variant = product.Variants[index];
        var first = index == 0;
        return
        [
            first ? product.Title : null,
            product.Handle,
            first ? product.Description : null,
            first ? product.Vendor : null,
            first ? product.Category.Taxonomy : null,
            first ? product.Category.Name : null,
            first ? string.Join(", ", product.Tags) : null,
            first ? (product.Active ? "TRUE" : "FALSE") : null,
            first ? (product.Active ? "Active" : "Draft") : null,
            variant.Sku,
            variant.Barcode,
            .. Enumerable.Range(0, OptionColumns).SelectMany(i => OptionCells(product, variant, i, first)),
            Money(variant.Price),
            variant.CompareAt is { } compareAt ? Money(compareAt) : null,
            "TRUE",
            "shopify",
            variant.Stock.ToString(CultureInfo.InvariantCulture),
            "DENY",
            product.Grams.ToString(CultureInfo.InvariantCulture),
            "TRUE",
            first ? $"{pictures}{product.Number}.svg" : null,
            first ? "1" : null,
            first ? product.Title : null,
            first ? "FALSE" : null,
            first ? product.Title : null,
            first ? $"{product.Title} by {product.Vendor}" : null,
        ];
    }

    private static IEnumerable<string?> OptionCells(DemoProduct product, DemoVariant variant, int option, bool first) =>
        option < product.Options.Length ? [first ? product.Options[option].Name : null, variant.Values[option]] : [null, null];

    private static string Money(int cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private static void Write(CsvWriter csv, IEnumerable<string?> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(cell);
    }
}
