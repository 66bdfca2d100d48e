using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class ImportJobTests(ShopFixture shop)
{
    private const string Header = "URL handle,Title,SKU,Price,Option1 name,Option1 value\n";

    [Fact]
    public async Task An_uploaded_file_is_imported_watched_and_its_bad_rows_are_listed()
    {
        var slug = Catalogue.Unique();
        var file = Header + $"{slug},Boots,{slug}-1,1.00,Size,1\n{slug},,{slug}-2,x,,2\n{slug},,{slug}-3,2.00,,3\n";

        var import = await StartAsync(file);
        var events = await EventsAsync(import.Text("id"));

        events[^1].Text("state").ShouldBe("completed");
        events[^1]["percent"]!.GetValue<double>().ShouldBe(100);
        events[^1]["rows"]!.GetValue<long>().ShouldBe(3);
        events[^1]["rowsPerSecond"]!.GetValue<double>().ShouldBeGreaterThan(0);
        events[^1]["created"]!.GetValue<long>().ShouldBe(1);
        events[^1]["refused"]!.GetValue<long>().ShouldBe(1);
        var refusals = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}/refusals");
        var refusal = refusals["items"]!.AsArray().ShouldHaveSingleItem()!;
        refusal["line"]!.GetValue<int>().ShouldBe(3);
        refusal.Text("column").ShouldBe("Price");
        refusal.Text("code").ShouldBe("products.import_invalid_price");
        (await shop.GetAsync($"/api/v1/products/{slug}"))["variants"]!.AsArray().Count.ShouldBe(2);
        (
            await shop.ScalarAsync<long>("select count(*) from products.import_chunks where import_id = $1", Guid.Parse(import.Text("id")))
        ).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_in_a_form_is_taken_as_well()
    {
        var slug = Catalogue.Unique();
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Header + $"{slug},Boots,{slug},1.00,,\n"), "file", "../../boots.csv" },
        };
        var import = await SendAsync("/imports", form);
        import.Text("fileName").ShouldBe("boots.csv");
        await OverAsync(import.Text("id"), "completed");
    }

    [Fact]
    public async Task What_isnt_a_file_of_products_fails_and_says_why()
    {
        var import = await StartAsync("Name,Cost\nBoots,1\n");
        await OverAsync(import.Text("id"), "failed");
        var refusals = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}/refusals");
        refusals["items"]![0]!.Text("code").ShouldBe("products.import_missing_column");
        await shop.StaffIsRefusedAsync(400, "products.import_unknown_format", HttpMethod.Post, "/imports", new { });
    }

    [Fact]
    public async Task A_canceled_import_ends_and_what_was_imported_stays()
    {
        var prefix = Catalogue.Unique();
        var file = new StringBuilder(Header);
        for (var i = 0; i < 60_000; i++)
            file.Append($"{prefix}-{i},Boots,{prefix}-{i},1.00,,\n");
        var import = await StartAsync(file.ToString());
        await Eventually.IsTrueAsync(
            "some rows are in",
            async () => (await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}"))["rows"]!.GetValue<long>() > 0
        );

        await shop.StaffDoesAsync(HttpMethod.Post, $"/imports/{import.Text("id")}/cancel");

        var over = await OverAsync(import.Text("id"), "canceled");
        var created = over["created"]!.GetValue<long>();
        created.ShouldBeLessThan(60_000);
        (await shop.ScalarAsync<long>("select count(*) from products.products where slug like $1", prefix + "%")).ShouldBe(created);
        await shop.StaffIsRefusedAsync(404, "products.import_not_found", HttpMethod.Post, $"/imports/{Guid.CreateVersion7()}/cancel");
    }

    [Fact]
    public async Task An_import_whose_process_was_killed_goes_on_from_its_last_batch_and_reports_each_bad_row_once()
    {
        var prefix = Catalogue.Unique();
        var file = new StringBuilder(Header);
        for (var i = 0; i < 5_000; i++)
            file.Append($"{prefix}-{i},Boots,{prefix}-{i},{(i % 50 == 0 ? "x" : "1.00")},,\n");
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, file.ToString());
        try
        {
            // A process that dies between two batches: its lease runs out, nobody cleans up.
            await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(path, new DyingWriter(batches: 2)));
            var before = await shop.ScalarAsync<long>("select count(*) from products.products where slug like $1", prefix + "%");
            before.ShouldBeInRange(1, 4_899);
            await shop.ScalarAsync<int>(
                "update products.imports set lease_until = now() - interval '1 second' where state = 2 and file_name = $1 returning 1",
                Path.GetFileName(path)
            );

            using var progress = new StringWriter();
            var summary = await ProductsModule.ImportFileAsync(shop.Services, path, TextWriter.Null, progress, CancellationToken.None);

            progress.ToString().ShouldContain("goes on after row");
            summary.ShouldBe(new(5_000, 4_900, 0, 0, 100, true));
            (await shop.ScalarAsync<long>("select count(*) from products.products where slug like $1", prefix + "%")).ShouldBe(4_900);
            (
                await shop.ScalarAsync<long>(
                    "select count(distinct line) from products.import_refusals r join products.imports i on i.id = r.import_id where file_name = $1",
                    Path.GetFileName(path)
                )
            ).ShouldBe(100);
            (await shop.ScalarAsync<long>("select max(version) from products.products where slug like $1", prefix + "%")).ShouldBe(2);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Only_staff_import_and_export()
    {
        using var customer = shop.ClientAs(Policies.Customer);
        (await customer.PostAsync("/api/v1/products/imports?format=csv", new StringContent(Header))).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await customer.GetAsync("/api/v1/products/export")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await shop.Client.GetAsync("/api/v1/products/imports")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_line_of_json_that_lacks_something_keeps_it_and_null_clears_it()
    {
        var slug = Catalogue.Unique();
        var whole =
            $$$$"""{"slug":"{{{{slug}}}}","title":"Boots","vendor":"Daybird","seoTitle":"Seo","variants":[{"sku":"{{{{slug}}}}","price":"9.99","weightGrams":5,"prices":{"USD":{"price":"11.00"}}}]}""";
        await OverAsync((await StartAsync(whole, "ndjson")).Text("id"), "completed");

        var partly = $$$"""{"slug":"{{{slug}}}","title":"Boots","vendor":null,"variants":[{"sku":"{{{slug}}}","price":"8.00"}]}""";
        var refused = """{"title":"X","variants":[{"sku":"y","price":1}]}""";
        var import = await OverAsync((await StartAsync($"{partly}\n\n{refused}\nnot json\n", "ndjson")).Text("id"), "completed");

        import["refused"]!.GetValue<long>().ShouldBe(2);
        var product = await shop.GetAsync($"/api/v1/products/{slug}");
        product["vendor"].ShouldBeNull();
        product.Text("seoTitle").ShouldBe("Seo");
        var variant = product["variants"]![0]!;
        variant["price"]!["minor"]!.GetValue<long>().ShouldBe(8_00);
        variant["weightGrams"]!.GetValue<int>().ShouldBe(5);
        variant["prices"]!.AsArray().Count.ShouldBe(2);
    }

    // Control characters, half a character: what a database or its driver doesn't take is the row's trouble, never the file's.
    [Fact]
    public async Task What_no_database_takes_is_refused_with_its_row_and_the_rest_goes_on()
    {
        var slug = Catalogue.Unique();
        var csv =
            "URL handle,Title,SKU,Price,Barcode,Product image URL,\"Image\0 alt text\"\n"
            + $"{slug}-1,Boots\0,{slug}-1,1.00,12\u000034,,\n"
            + $"{slug}-2,Boots,{slug}-2,1.00,,https://cdn.example/\0.jpg,\n"
            + $"{slug}-3,Boots,{slug}-3,{new string('x', 59)}\U0001F97E,,,\n"
            + $"{slug}-4,Boots,{slug}-4,1.00,,,\n";
        var import = await OverAsync((await StartAsync(csv)).Text("id"), "completed");
        (import["created"]!.GetValue<long>(), import["refused"]!.GetValue<long>()).ShouldBe((2, 2));

        var half = $$$"""{"slug":"{{{slug}}}-5","title":"Boots \ud83e","variants":[{"sku":"{{{slug}}}-5","price":"1.00"}]}""";
        var whole = $$$"""{"slug":"{{{slug}}}-6","title":"Boots \u0000","variants":[{"sku":"{{{slug}}}-6","price":"1.00"}]}""";
        import = await OverAsync((await StartAsync($"{half}\n{whole}\n", "ndjson")).Text("id"), "completed");
        (import["created"]!.GetValue<long>(), import["refused"]!.GetValue<long>()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task An_import_that_no_run_gets_past_fails_and_says_so_instead_of_beginning_again_for_ever()
    {
        var slug = Catalogue.Unique();
        var constraint = "ck_" + slug.Replace('-', '_');
        await shop.ScalarAsync<object>($"alter table products.variants add constraint {constraint} check (sku <> '{slug}') not valid");
        try
        {
            var import = await OverAsync((await StartAsync(Header + $"{slug},Boots,{slug},1.00,,\n")).Text("id"), "failed");
            var refusals = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}/refusals");
            refusals["items"]!.AsArray().ShouldHaveSingleItem()!.Text("code").ShouldBe("products.import_broken_off");
        }
        finally
        {
            await shop.ScalarAsync<object>($"alter table products.variants drop constraint {constraint}");
        }
    }

    // The wound: an import that hangs the site (nopCommerce #7483).
    [Fact]
    public async Task An_import_never_hangs_the_shop()
    {
        var prefix = Catalogue.Unique();
        var sold = Catalogue.Unique();
        await shop.SellAsync(sold);
        var file = new StringBuilder(Header);
        for (var i = 0; i < 60_000; i++)
            file.Append($"{prefix}-{i},Boots,{prefix}-{i},1.00,,\n");
        var import = await StartAsync(file.ToString());
        await Eventually.IsTrueAsync(
            "some rows are in",
            async () => (await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}"))["rows"]!.GetValue<long>() > 0
        );

        var slug = Catalogue.Unique();
        await shop.CreateAsync(Catalogue.Request(slug), slug);
        await shop.GetAsync($"/api/v1/products/{sold}");
        await shop.GetAsync($"/api/v1/products?limit=97");
        var after = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}");
        await shop.StaffDoesAsync(HttpMethod.Post, $"/imports/{import.Text("id")}/cancel");

        after.Text("state").ShouldBe("running", "the shop served before the import was over");
        await OverAsync(import.Text("id"), "canceled");
    }

    private async Task RunAsync(string path, TextWriter progress)
    {
        using var writer = progress;
        await ProductsModule.ImportFileAsync(shop.Services, path, writer, TextWriter.Null, CancellationToken.None);
    }

    private Task<JsonNode> StartAsync(string file, string format = "csv") =>
        SendAsync($"/imports?format={format}&name=test.{format}", new StringContent(file, Encoding.UTF8, "text/plain"));

    private async Task<JsonNode> SendAsync(string path, HttpContent content)
    {
        await shop.WarmAsync();
        using var staff = shop.ClientAs(Policies.Staff);
        using var response = await staff.PostAsync("/api/v1/products" + path, content);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<JsonNode> OverAsync(string id, string state)
    {
        JsonNode? now = null;
        await Eventually.IsTrueAsync(
            "the import is over",
            async () =>
                (now = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{id}")).Text("state")
                    is not ("queued" or "running" or "uploading"),
            TimeSpan.FromMinutes(2)
        );
        now!.Text("state").ShouldBe(state);
        return now!;
    }

    private async Task<List<JsonNode>> EventsAsync(string id)
    {
        using var staff = shop.ClientAs(Policies.Staff);
        staff.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        await using var stream = await staff.GetStreamAsync($"/api/v1/products/imports/{id}/events");
        using var reader = new StreamReader(stream);
        var events = new List<JsonNode>();
        while (await reader.ReadLineAsync() is { } line)
            if (line.StartsWith("data:", StringComparison.Ordinal))
                events.Add(JsonNode.Parse(line[5..])!);
        return events;
    }

    // Fails when it is told of the third batch, as a process does that is killed: after the batch, before whatever would come next.
    private sealed class DyingWriter(int batches) : StringWriter
    {
        private int _last;
        private int _seen;

        public override Task WriteLineAsync(string? value)
        {
            var line = int.Parse(value!.Split('\t')[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            if (line / 1_000 > _last && ++_seen > batches)
                throw new InvalidOperationException("killed");
            _last = line / 1_000;
            return Task.CompletedTask;
        }
    }
}
