using System.Text;
using Npgsql;

namespace Shop.Products.Tests.Slices;

public sealed class ImportProductsTests(ShopFixture shop)
{
    private const string Old =
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,"
        + "Variant Compare At Price,Variant Barcode,Image Src,Image Alt Text,Status\n";

    private const string New =
        "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,"
        + "Option1 value,Option1 Linked To,Price,Compare-at price,Inventory quantity,Product image URL,Image position,Image alt text\n";

    [Fact]
    public async Task A_file_with_old_headers_becomes_products_on_sale_with_stock()
    {
        var slug = Catalogue.Unique();
        var (summary, report) = await shop.ImportAsync(
            Old
                + $"{slug},Boots,\"<p>Warm,\n\"\"dry\"\".</p>\",Daybird,{slug},\"a, b\",TRUE,Size,40,{slug}-40,3,109.99,120.00,'4006381333931,https://cdn.example/b.jpg,Boots,active\n"
                + $"{slug},,,,,,,,41,{slug}-41,0,109.99,,,https://cdn.example/c.jpg,Side,\n"
                + $"{slug},,,,,,,,,,,,,,https://cdn.example/d.jpg,Sole,\n"
        );

        report.ShouldBeEmpty();
        summary.ShouldBe(new(3, 1, 0, 0, 0, true));
        var product = await shop.GetAsync($"/api/v1/products/{slug}");
        product["description"]!.GetValue<string>().ShouldBe("Warm, \"dry\".");
        product["category"]!.GetValue<string>().ShouldBe(slug);
        product["images"]!.AsArray().Count.ShouldBe(3);
        var variant = product["variants"]![0]!;
        variant["compareAtPrice"]!["minor"]!.GetValue<long>().ShouldBe(120_00);
        variant["barcode"]!.GetValue<string>().ShouldBe("4006381333931");
        await Eventually.IsTrueAsync("3 on hand", async () => await OnHandAsync($"{slug}-40") == 3);
        (await OnHandAsync($"{slug}-41")).ShouldBe(0);
        await ToldAsync(slug);
    }

    [Fact]
    public async Task A_file_with_new_headers_is_read_alike()
    {
        var slug = Catalogue.Unique();
        var (summary, _) = await shop.ImportAsync(
            New
                + $"Cap,{slug},<b>Red</b> cap,Nike,Apparel > Hats > {slug},,,TRUE,active,{slug}-1,,Title,Default Title,,12.50,,20,https://cdn.example/2.jpg,2,Back\n"
                + $",{slug},,,,,,,,,,,,,,,,https://cdn.example/1.jpg,1,Front\n"
        );

        summary.ShouldBe(new(2, 1, 0, 0, 0, true));
        var product = await shop.GetAsync($"/api/v1/products/{slug}");
        product["options"]!.AsArray().ShouldBeEmpty();
        product["category"]!.GetValue<string>().ShouldBe(slug);
        product["images"]![0]!["alt"]!.GetValue<string>().ShouldBe("Front");
        product["variants"]![0]!["price"]!["minor"]!.GetValue<long>().ShouldBe(12_50);
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_says_nothing_and_books_nothing()
    {
        var slug = Catalogue.Unique();
        var file = Old + Row(slug, quantity: 5);
        await shop.ImportAsync(file);
        await ToldAsync(slug);
        await Eventually.IsTrueAsync("stock booked", async () => await OnHandAsync($"{slug}-M") == 5);
        var (version, published) = (await VersionAsync(slug), await shop.SentAsync("products.products-published.v1", slug));

        var (summary, _) = await shop.ImportAsync(file);

        summary.ShouldBe(new(1, 0, 0, 1, 0, true));
        (await VersionAsync(slug)).ShouldBe(version);
        (await shop.SentAsync("products.products-published.v1", slug)).ShouldBe(published);
        (
            await shop.ScalarAsync<long>(
                "select count(*) from products.announcements a join products.products p on p.id = a.product_id where slug = $1",
                slug
            )
        ).ShouldBe(0);
        (await shop.SentAsync("inventory.receive-stock.v1", slug)).ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_price_and_a_new_size_are_taken_over_and_only_the_new_size_is_booked()
    {
        var slug = Catalogue.Unique();
        await shop.ImportAsync(Old + Row(slug, quantity: 5));

        var (summary, _) = await shop.ImportAsync(Old + Row(slug, quantity: 5, price: "8.00") + Row(slug, size: "L", quantity: 2));

        summary.ShouldBe(new(2, 0, 1, 0, 0, true));
        (await shop.GetAsync($"/api/v1/products/{slug}"))["variants"]!.AsArray().Count.ShouldBe(2);
        await Eventually.IsTrueAsync("L booked", async () => await OnHandAsync($"{slug}-L") == 2);
        await Eventually.IsTrueAsync("M as before", async () => await OnHandAsync($"{slug}-M") == 5);
    }

    [Fact]
    public async Task A_bad_row_is_reported_with_line_column_and_code_and_the_rest_goes_on()
    {
        var (good, bad, after) = (Catalogue.Unique(), Catalogue.Unique(), Catalogue.Unique());
        var (summary, report) = await shop.ImportAsync(
            Old
                + Row(good)
                + Row(good, size: "L", price: "9,99")
                + Row(bad, title: "")
                + Row(bad, size: "L")
                + Row(after, size: "XL")
                + Row(after, size: "XL")
                + Row(after, size: "S", quantity: 1).Replace(",1,9.99", ",many,9.99")
                + Row(good, size: "S")
                + Row(Catalogue.Unique()).Replace($",active", ",selling")
                + Row(Catalogue.Unique()).Replace("https://cdn.example/p.jpg", "javascript:x")
        );

        Lines(report)
            .ShouldBe([
                "line 3\tVariant Price\tproducts.import_invalid_price",
                "line 4\tTitle\tproducts.import_title_missing",
                "line 5\tHandle\tproducts.import_product_refused",
                "line 7\tVariant SKU\tproducts.import_sku_repeated",
                "line 8\tVariant Inventory Qty\tproducts.import_invalid_quantity",
                "line 9\tHandle\tproducts.import_handle_repeated",
                "line 10\tStatus\tproducts.import_invalid_status",
                "line 11\tImage Src\tproducts.import_invalid_image_url",
            ]);
        (summary.Rows, summary.Created, summary.Refused).ShouldBe((10, 2, 8));
        (await shop.GetAsync($"/api/v1/products/{good}"))["variants"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_sku_of_another_product_is_refused()
    {
        var (first, second) = (Catalogue.Unique(), Catalogue.Unique());
        await shop.ImportAsync(Old + Row(first));

        var (summary, report) = await shop.ImportAsync(Old + Row(second).Replace($"{second}-M", $"{first}-M") + Row(second, size: "L"));

        Lines(report).ShouldBe(["line 2\tVariant SKU\tproducts.import_sku_taken"]);
        summary.Created.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_row_takes_no_variant_away()
    {
        var slug = Catalogue.Unique();
        await shop.ImportAsync(Old + Row(slug) + Row(slug, size: "L"));

        await shop.ImportAsync(Old + Row(slug, price: "5.00") + Row(slug, size: "L", price: "x"));

        var variants = (await shop.GetAsync($"/api/v1/products/{slug}"))["variants"]!.AsArray();
        variants.Select(v => v!["price"]!["minor"]!.GetValue<long>()).ShouldBe([5_00, 9_99]);
    }

    [Fact]
    public async Task A_missing_column_keeps_and_a_blank_cell_clears()
    {
        var slug = Catalogue.Unique();
        await shop.ImportAsync(Old + Row(slug));
        var header = "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price\n";

        await shop.ImportAsync(header + $"{slug},Jacket,,Size,M,{slug}-M,9.99\n");

        var product = await shop.GetAsync($"/api/v1/products/{slug}");
        product["vendor"].ShouldBeNull();
        product["description"]!.GetValue<string>().ShouldBe("Warm.");
        product["images"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_product_set_to_draft_leaves_the_shop()
    {
        var slug = Catalogue.Unique();
        await shop.ImportAsync(Old + Row(slug));
        await shop.ImportAsync(Old + Row(slug).Replace(",active", ",draft"));
        (await shop.ScalarAsync<int>("select status from products.products where slug = $1", slug)).ShouldBe(0);
        await Eventually.IsTrueAsync(
            "hidden",
            async () => (await shop.Client.GetAsync($"/api/v1/products/{slug}")).StatusCode == System.Net.HttpStatusCode.NotFound
        );
    }

    [Fact]
    public async Task A_product_of_many_rows_is_never_split_between_batches()
    {
        var prefix = Catalogue.Unique();
        var file = new StringBuilder(Old);
        for (var product = 0; product < 26; product++)
        for (var size = 0; size < 80; size++)
            file.Append(Row($"{prefix}-{product}", size: $"S{size}"));

        var (summary, report) = await shop.ImportAsync(file.ToString());

        report.ShouldBeEmpty();
        summary.ShouldBe(new(26 * 80, 26, 0, 0, 0, true));
        (await shop.ScalarAsync<long>("select count(*) from products.variants where sku like $1", prefix + "%")).ShouldBe(26 * 80);
        (await shop.ScalarAsync<long>("select max(version) from products.products where slug like $1", prefix + "%")).ShouldBe(2);
        await Eventually.IsTrueAsync(
            "all stock booked",
            async () =>
                await shop.ScalarAsync<long>("select count(*) from inventory.stock_items where sku like $1", prefix + "%") == 26 * 80
        );
    }

    [Theory]
    [InlineData("Name,Cost\nBoots,1\n", "missing_column")]
    [InlineData("", null)]
    public async Task A_file_that_isnt_one_of_products_imports_nothing(string csv, string? code)
    {
        var (summary, report) = await shop.ImportAsync(csv);
        (summary.Rows, summary.Created).ShouldBe((0, 0));
        if (code is not null)
            report.ShouldContain($"products.import_{code}");
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_doesnt_swallow_memory_nor_what_came_before()
    {
        var slug = Catalogue.Unique();
        var (summary, report) = await shop.ImportAsync(Old + Row(slug) + "x,\"" + new string('a', 2_000_000));
        summary.ShouldBe(new(1, 1, 0, 0, 1, false));
        report.ShouldContain("line 3\t\tproducts.import_field_too_long");
    }

    [Fact]
    public async Task An_import_that_is_told_to_stop_in_the_middle_of_a_batch_stops_and_undoes_the_batch()
    {
        var slug = Catalogue.Unique();
        await shop.ImportAsync(Old + Row(slug));
        var version = await VersionAsync(slug);
        await using var other = new NpgsqlConnection(shop.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("select from products.products where slug = $1 for update", other);
        hold.Parameters.Add(new() { Value = slug });
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();

        var import = shop.ImportAsync(Old + Row(slug, price: "8.00"), stop.Token);
        await Eventually.IsTrueAsync("the batch waits for the row", async () => await IsBlockedByAsync(other.ProcessID));
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(import);
        (await VersionAsync(slug)).ShouldBe(version);
    }

    private static string Row(string slug, string size = "M", string title = "Jacket", int quantity = 1, string price = "9.99")
    {
        var cost = price.Contains(',') ? $"\"{price}\"" : price;
        return $"{slug},{title},<p>Warm.</p>,Daybird,{slug},,TRUE,Size,{size},{slug}-{size},{quantity},{cost},,,https://cdn.example/p.jpg,,active\n";
    }

    private static string[] Lines(string report) =>
        [.. report.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.LastIndexOf('\t')])];

    private Task ToldAsync(string slug) =>
        Eventually.IsTrueAsync("the others are told", async () => await shop.SentAsync("products.products-published.v1", slug) > 0);

    private Task<bool> IsBlockedByAsync(int process) =>
        shop.ScalarAsync<bool>("select exists (select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)))", process);

    private Task<long> VersionAsync(string slug) => shop.ScalarAsync<long>("select version from products.products where slug = $1", slug);

    private Task<int> OnHandAsync(string sku) => shop.ScalarAsync<int>("select on_hand from inventory.stock_items where sku = $1", sku);
}
