using System.Globalization;

namespace Shop.Proofs;

/// <summary>Files of products in Shopify's CSV.</summary>
internal static class ImportFile
{
    private const string Header =
        "Title,URL handle,Description,Vendor,Type,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Price,"
        + "Compare-at price,Inventory quantity,Weight value (grams),Tax code,Product image URL,SEO title";

    private static readonly string Story = string.Concat(Enumerable.Repeat("Made to be worn for years, and mended when it must be. ", 6));

    /// <summary>So many products with three variants each; the file's path.</summary>
    public static async Task<string> WriteAsync(string file, string prefix, int products)
    {
        await using var writer = new StreamWriter(file);
        await writer.WriteLineAsync(Header);
        for (var product = 1; product <= products; product++)
        for (var variant = 0; variant < 3; variant++)
            await writer.WriteLineAsync(string.Join(',', Row(prefix, product, variant)));
        return file;
    }

    /// <summary>A good row, and after each ninth a broken one, of twenty kinds in turn.</summary>
    /// <returns>What is to be reported, as <c>line, column, code</c>, parted by tabs.</returns>
    public static async Task<HashSet<string>> WriteBrokenAsync(string file, string prefix, int broken)
    {
        var expected = new HashSet<string>();
        await using var writer = new StreamWriter(file);
        await writer.WriteLineAsync(Header);
        var line = 1;
        for (var i = 0; i < broken; i++)
        {
            for (var good = 1; good <= 9; good++)
            {
                await writer.WriteLineAsync(string.Join(',', Row(prefix + "-good", i * 9 + good, 0)));
                line++;
            }
            var (column, code, breakRow) = Kinds[i % Kinds.Length];
            var cells = Row(prefix + "-bad", i + 1, 0);
            breakRow(cells);
            await writer.WriteLineAsync(string.Join(',', cells));
            expected.Add($"line {++line}\t{column}\tproducts.import_{code}");
        }
        return expected;
    }

    private static readonly (string Column, string Code, Action<string[]> Break)[] Kinds =
    [
        ("Title", "title_missing", cells => cells[0] = ""),
        ("Title", "too_long", cells => cells[0] = new string('t', 201)),
        ("Description", "too_long", cells => cells[2] = new string('d', 20_001)),
        ("Vendor", "too_long", cells => cells[3] = new string('v', 101)),
        ("Type", "too_long", cells => cells[4] = new string('c', 101)),
        ("Published on online store", "invalid_status", cells => cells[5] = "perhaps"),
        ("Status", "invalid_status", cells => cells[6] = "selling"),
        ("URL handle", "invalid_handle", cells => cells[1] = "!!!"),
        ("URL handle", "handle_missing", cells => cells[0] = cells[1] = ""),
        ("URL handle", "handle_repeated", cells => cells[1] = "broken-good-1"),
        ("URL handle", "malformed", cells => cells[3] = "Day\"bird"),
        ("SKU", "sku_missing", cells => cells[7] = ""),
        ("SKU", "invalid_sku", cells => cells[7] = new string('s', 65)),
        ("SKU", "sku_taken", cells => cells[7] = "broken-good-1-0"),
        ("Barcode", "too_long", cells => cells[8] = new string('9', 33)),
        ("Option1 value", "invalid_option", cells => cells[10] = ""),
        ("Price", "invalid_price", cells => cells[11] = "12.3.4"),
        ("Compare-at price", "invalid_price", cells => cells[12] = "a lot"),
        ("Inventory quantity", "invalid_quantity", cells => cells[13] = "many"),
        ("Weight value (grams)", "invalid_weight", cells => cells[14] = "-5"),
    ];

    // The first row of a product says everything about it, the others only their variant.
    private static string[] Row(string prefix, int product, int variant)
    {
        var first = variant == 0;
        var number = product.ToString(CultureInfo.InvariantCulture);
        return
        [
            first ? $"Jacket {prefix} {number}" : "",
            $"{prefix}-{number}",
            first ? $"\"<p>{Story}</p>\"" : "",
            first ? "Daybird" : "",
            first ? $"Shelf {product % 20}" : "",
            first ? "TRUE" : "",
            first ? "Active" : "",
            $"{prefix}-{number}-{variant}",
            "",
            first ? "Size" : "",
            $"S{variant}",
            "19.99",
            "24.99",
            "5",
            "350",
            first ? "standard" : "",
            first ? $"https://cdn.example/{prefix}/{number}.jpg" : "",
            first ? $"Jacket {number}" : "",
        ];
    }
}
