using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class ImportJobTests(ShopFixture shop)
{
    [Fact]
    public async Task An_uploaded_file_is_imported_watched_and_its_bad_rows_are_listed()
    {
        var slug = Catalogue.Unique();
        var file = ImportClient.Header + $"{slug},Boots,{slug}-1,1.00,Size,1\n{slug},,{slug}-2,x,,2\n{slug},,{slug}-3,2.00,,3\n";

        var import = await shop.StartImportAsync(file);
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
            { new StringContent(ImportClient.Header + $"{slug},Boots,{slug},1.00,,\n"), "file", "../../boots.csv" },
        };
        var import = await shop.SendImportAsync("/imports", form);
        import.Text("fileName").ShouldBe("boots.csv");
        await shop.ImportOverAsync(import.Text("id"), "completed");
    }

    [Fact]
    public async Task What_isnt_a_file_of_products_fails_and_says_why()
    {
        var import = await shop.StartImportAsync("Name,Cost\nBoots,1\n");
        await shop.ImportOverAsync(import.Text("id"), "failed");
        var refusals = await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}/refusals");
        refusals["items"]![0]!.Text("code").ShouldBe("products.import_missing_column");
        await shop.StaffIsRefusedAsync(400, "products.import_unknown_format", HttpMethod.Post, "/imports", new { });
    }

    [Fact]
    public async Task A_canceled_import_ends_and_what_was_imported_stays()
    {
        var prefix = Catalogue.Unique();
        var file = ImportClient.Drafts(prefix, 60_000);
        var import = await shop.StartImportAsync(file);
        await Eventually.IsTrueAsync(
            "some rows are in",
            async () => (await shop.StaffDoesAsync(HttpMethod.Get, $"/imports/{import.Text("id")}"))["rows"]!.GetValue<long>() > 0
        );

        await shop.StaffDoesAsync(HttpMethod.Post, $"/imports/{import.Text("id")}/cancel");

        var over = await shop.ImportOverAsync(import.Text("id"), "canceled");
        var created = over["created"]!.GetValue<long>();
        created.ShouldBeLessThan(60_000);
        (await shop.ScalarAsync<long>("select count(*) from products.products where slug like $1", prefix + "%")).ShouldBe(created);
        await shop.StaffIsRefusedAsync(404, "products.import_not_found", HttpMethod.Post, $"/imports/{Guid.CreateVersion7()}/cancel");
    }

    [Fact]
    public async Task Only_staff_import_and_export()
    {
        using var customer = shop.ClientAs(Policies.Customer);
        (await customer.PostAsync("/api/v1/products/imports?format=csv", new StringContent(ImportClient.Header))).StatusCode.ShouldBe(
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
        await shop.ImportOverAsync((await shop.StartImportAsync(whole, "ndjson")).Text("id"), "completed");

        var partly = $$$"""{"slug":"{{{slug}}}","title":"Boots","vendor":null,"variants":[{"sku":"{{{slug}}}","price":"8.00"}]}""";
        var refused = """{"title":"X","variants":[{"sku":"y","price":1}]}""";
        var import = await shop.ImportOverAsync(
            (await shop.StartImportAsync($"{partly}\n\n{refused}\nnot json\n", "ndjson")).Text("id"),
            "completed"
        );

        import["refused"]!.GetValue<long>().ShouldBe(2);
        var product = await shop.GetAsync($"/api/v1/products/{slug}");
        product["vendor"].ShouldBeNull();
        product.Text("seoTitle").ShouldBe("Seo");
        var variant = product["variants"]![0]!;
        variant["price"]!["minor"]!.GetValue<long>().ShouldBe(8_00);
        variant["weightGrams"]!.GetValue<int>().ShouldBe(5);
        variant["prices"]!.AsArray().Count.ShouldBe(2);
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
}
