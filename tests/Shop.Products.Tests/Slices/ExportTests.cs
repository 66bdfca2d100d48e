using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class ExportTests(ShopFixture shop)
{
    private const string Letters = "abcÄß <>&\"',;é日\n%=+";

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task What_is_exported_and_imported_again_is_exported_alike(string format)
    {
        await shop.StaffAsync(HttpMethod.Put, "/attributes/round_trip", new { label = "Round trip", kind = "number" });
        for (uint seed = 1; seed <= 6; seed++)
        {
            var vendor = Catalogue.Unique("v");
            await WriteCatalogueAsync(vendor, seed);
            var first = await ExportAsync(format, vendor);
            var lines = first.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            lines.ShouldBeGreaterThan(3);
            await shop.ScalarAsync<int>(
                "with gone as (delete from products.variants v using products.products p where p.id = v.product_id and p.vendor = $1), old as (delete from products.products where vendor = $1 returning 1) select count(*)::int from old",
                vendor
            );
            (await ExportAsync(format, vendor)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThan(2);

            var report = await ImportAsync(format, first);

            report.ShouldBe("", $"seed {seed}");
            Filled(format, await ExportAsync(format, vendor)).ShouldBe(Filled(format, first), $"seed {seed}");
            (await ImportAsync(format, first)).ShouldBe("");
            Filled(format, await ExportAsync(format, vendor)).ShouldBe(Filled(format, first), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("csv", 1)]
    [InlineData("ndjson", 0)]
    public async Task Whoever_has_a_part_of_an_export_asks_for_the_rest(string format, int headers)
    {
        var vendor = Catalogue.Unique("v");
        var slugs = Addresses(3);
        foreach (var slug in slugs)
        {
            var request = Catalogue.Request(slug);
            request["vendor"] = vendor;
            await shop.CreateAsync(request, slug);
        }

        var rest = Lines(await ExportAsync(format, $"{vendor}&after={slugs[0]}"));

        rest.ShouldBe(Lines(await ExportAsync(format, vendor))[(headers + 1)..]);
        rest.Length.ShouldBe(2);

        static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task An_export_that_broke_off_goes_on_after_the_last_product_that_it_has()
    {
        var addresses = Addresses(2);
        var (before, after) = (addresses[0], addresses[1]);
        foreach (var slug in addresses)
            await shop.CreateAsync(Catalogue.Request(slug), slug);
        const string Whole = "what is there already\n";
        using var file = new ExportFile("ndjson");
        await File.WriteAllTextAsync(file.Part, Whole + """{"slug":"half of a pro""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file.Mark, $"{Whole.Length} 7 {before}", TestContext.Current.CancellationToken);
        using var progress = new StringWriter();

        var products = await ProductsModule.ExportFileAsync(shop.Services, file.Path, progress, TestContext.Current.CancellationToken);

        progress.ToString().ShouldContain($"goes on after {before}");
        var lines = await File.ReadAllLinesAsync(file.Path, TestContext.Current.CancellationToken);
        (lines[0] + "\n").ShouldBe(Whole);
        var slugs = lines[1..].Select(l => JsonNode.Parse(l)!.Text("slug")).ToArray();
        slugs.ShouldContain(after);
        slugs.ShouldNotContain(before);
        products.ShouldBe(7 + slugs.Length);
        File.Exists(file.Part).ShouldBeFalse();
        File.Exists(file.Mark).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Title,Price\n", "12 7 boots")]
    [InlineData("", "12 7 boots")]
    [InlineData("Title,Price\n", "scribble")]
    public async Task An_export_whose_columns_have_changed_or_that_lacks_a_part_is_begun_anew(string part, string mark)
    {
        var slug = Catalogue.Unique();
        await shop.CreateAsync(Catalogue.Request(slug), slug);
        using var file = new ExportFile("csv");
        await File.WriteAllTextAsync(file.Part, part, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file.Mark, mark, TestContext.Current.CancellationToken);

        await ProductsModule.ExportFileAsync(shop.Services, file.Path, TextWriter.Null, TestContext.Current.CancellationToken);

        var text = await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken);
        text.ShouldStartWith("Title,URL handle,");
        text.ShouldContain(slug);
    }

    [Fact]
    public async Task An_export_that_is_stopped_leaves_what_it_has_for_the_next_one()
    {
        var slug = Catalogue.Unique();
        await shop.CreateAsync(Catalogue.Request(slug), slug);
        using var file = new ExportFile("ndjson");
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            ProductsModule.ExportFileAsync(shop.Services, file.Path, TextWriter.Null, stop.Token)
        );

        File.Exists(file.Path).ShouldBeFalse();
        await ProductsModule.ExportFileAsync(shop.Services, file.Path, TextWriter.Null, TestContext.Current.CancellationToken);
        (await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken)).ShouldContain(slug);
    }

    [Fact]
    public async Task An_export_of_what_there_can_not_be_is_refused()
    {
        await shop.StaffIsRefusedAsync(400, "products.export_unknown_format", HttpMethod.Get, "/export?format=xlsx");
        await shop.StaffIsRefusedAsync(400, "products.unknown_status", HttpMethod.Get, "/export?status=deleted");
        await shop.StaffIsRefusedAsync(400, "products.invalid_slug", HttpMethod.Get, "/export?after=%01");
        await shop.StaffIsRefusedAsync(400, "shop.bad_request", HttpMethod.Get, "/export?after=%00");
    }

    private async Task WriteCatalogueAsync(string vendor, uint seed)
    {
        var random = new Random((int)seed);
        string[] starts = ["x", "=", "-", "@", "'", "'="];
        var words = () => starts[random.Next(starts.Length)] + "x" + string.Concat(random.GetItems<char>(Letters, random.Next(1, 40)));
        for (var product = 0; product < 4; product++)
        {
            var slug = Catalogue.Unique();
            var options = random.Next(0, 3);
            var names = Enumerable.Range(0, options).Select(i => $"Option {i}").ToArray();
            var variants = Enumerable
                .Range(0, options == 0 ? 1 : random.Next(1, 5))
                .Select(v => new JsonObject
                {
                    ["sku"] = $"{slug}-{v}",
                    ["options"] = new JsonObject(names.Select(n => KeyValuePair.Create(n, (JsonNode?)$"{words().Replace('\n', ' ')} {v}"))),
                    ["price"] = Money(random.Next(0, 100_000), "EUR"),
                    ["compareAtPrice"] = random.Next(2) == 0 ? null : Money(random.Next(1, 100_000), "EUR"),
                    ["barcode"] = random.Next(2) == 0 ? null : $"{random.NextInt64(1_000_000_000_000)}",
                    ["weightGrams"] = random.Next(2) == 0 ? null : random.Next(0, 5_000),
                    ["otherPrices"] =
                        random.Next(2) == 0
                            ? null
                            : new JsonArray(
                                new JsonObject { ["price"] = Money(random.Next(1, 9_999), random.Next(2) == 0 ? "JPY" : "USD") }
                            ),
                });
            var request = new JsonObject
            {
                ["title"] = words(),
                ["description"] = System.Net.WebUtility.HtmlEncode(words() + words()),
                ["vendor"] = vendor,
                ["category"] = random.Next(2) == 0 ? null : $"Shelf & {slug}",
                ["taxCategory"] = random.Next(2) == 0 ? null : "reduced",
                ["seoTitle"] = random.Next(2) == 0 ? null : words(),
                ["seoDescription"] = random.Next(2) == 0 ? null : words(),
                ["attributes"] = random.Next(2) == 0 ? null : new JsonObject { ["round_trip"] = $"{random.Next(-99, 99)}.5" },
                ["options"] = new JsonArray([.. names.Select(n => new JsonObject { ["name"] = n })]),
                ["variants"] = new JsonArray([.. variants]),
                ["images"] = new JsonArray([
                    .. Enumerable
                        .Range(0, random.Next(0, 4))
                        .Select(i => new JsonObject { ["url"] = $"https://cdn.example/{slug}/{i}.jpg", ["alt"] = words() }),
                ]),
            };
            var created = await shop.CreateAsync(request, slug);
            if (random.Next(3) > 0)
                await shop.StaffDoesAsync(
                    HttpMethod.Post,
                    $"/{created["id"]}/publish",
                    random.Next(2) == 0 ? null : new { at = "2034-05-06T07:08:09Z" }
                );
            if (random.Next(2) == 0)
                await shop.StaffDoesAsync(
                    HttpMethod.Put,
                    $"/collections/{slug}-picks",
                    new { title = "Picks", products = new[] { created.Text("id") } }
                );
        }
    }

    private async Task<string> ExportAsync(string format, string vendor)
    {
        using var staff = shop.ClientAs(Policies.Staff);
        return await staff.GetStringAsync($"/api/v1/products/export?format={format}&vendor={vendor}");
    }

    // Without the columns that nothing stands in: other tests define attributes and sell for other currencies.
    private static string Filled(string format, string export)
    {
        if (format != "csv")
            return export;
        using var parser = new CsvParser(new StringReader(export), CultureInfo.InvariantCulture);
        var rows = new List<string[]>();
        while (parser.Read())
            rows.Add(parser.Record!);
        var filled = Enumerable.Range(0, rows[0].Length).Where(i => rows.Skip(1).Any(row => row[i].Length > 0)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join('|', filled.Select(i => row[i]))));
    }

    private async Task<string> ImportAsync(string format, string content)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.{format}");
        await File.WriteAllTextAsync(path, content, new UTF8Encoding(false));
        try
        {
            using var report = new StringWriter();
            await ProductsModule.ImportFileAsync(shop.Services, path, report, TextWriter.Null, CancellationToken.None);
            return report.ToString();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static JsonNode Money(long minor, string currency) => new JsonObject { ["minor"] = minor, ["currency"] = currency };

    // Of one millisecond, and so in no order of their own.
    private static string[] Addresses(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Catalogue.Unique()).Order(StringComparer.Ordinal)];

    /// <summary>A file of an export, and what lies beside it until it is whole.</summary>
    private sealed class ExportFile(string format) : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shop-export-");

        public string Path => System.IO.Path.Combine(_folder.FullName, $"products.{format}");

        public string Part => Path + ".part";

        public string Mark => Part + ".mark";

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
