using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class ImportMeaningTests(ShopFixture shop)
{
    [Fact]
    public async Task A_variant_that_the_file_lacks_stays_only_where_its_combination_is_free()
    {
        var slug = Catalogue.Unique();
        await shop.ImportAsync(ImportClient.Header + $"{slug},Boots,{slug}-m,1.00,Size,M\n{slug},,{slug}-l,1.00,,L\n");
        await shop.ImportAsync(ImportClient.Header + $"{slug},Boots,{slug}-new,2.00,Size,L\n{slug},,{slug}-bad,x,,S\n");
        (await SkusAsync(slug)).ShouldBe([$"{slug}-new", $"{slug}-m"]);
        await shop.ImportAsync(ImportClient.Header + $"{slug},Boots,{slug}-red,2.00,Color,red\n{slug},,{slug}-bad,x,,blue\n");
        (await SkusAsync(slug)).ShouldBe([$"{slug}-red"]);
    }

    [Theory]
    [InlineData("""{"USD":{}}""")]
    [InlineData("""{"USD":{"price":null}}""")]
    [InlineData("""{"USD":"11.00"}""")]
    [InlineData("""["USD"]""")]
    public async Task A_price_in_another_currency_that_is_none_is_refused_and_takes_none_away(string prices)
    {
        var slug = Catalogue.Unique();
        var line = (string said) =>
            $$"""{"slug":"{{slug}}","title":"Boots","variants":[{"sku":"{{slug}}","price":"9.99","prices":{{said}}}]}""";
        await shop.ImportOverAsync((await shop.StartImportAsync(line("""{"USD":{"price":"11.00"}}"""), "ndjson")).Text("id"), "completed");
        var import = await shop.ImportOverAsync((await shop.StartImportAsync(line(prices), "ndjson")).Text("id"), "completed");
        import["refused"]!.GetValue<long>().ShouldBe(1);
        (await shop.GetAsync($"/api/v1/products/{slug}"))["variants"]![0]!["prices"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_bad_price_in_another_currency_is_reported_with_its_own_column()
    {
        var slug = Catalogue.Unique();
        var (_, report) = await shop.ImportAsync($"URL handle,Title,SKU,Price,Price (USD)\n{slug},Boots,{slug},1.00,dear\n");
        report.ShouldStartWith("line 2\tPrice (USD)\tproducts.import_invalid_other_price\tdear");
    }

    [Fact]
    public async Task A_date_alone_is_taken_over_and_a_date_to_come_hides_until_then()
    {
        var slug = Catalogue.Unique();
        var row = (string header, string cell) => shop.ImportAsync($"URL handle,Title,SKU,Price{header}\n{slug},Boots,{slug},1.00{cell}\n");
        await row(",Status,Published at", ",active,2036-01-01");
        (await StateAsync(slug)).ShouldBe("0 2036");
        await row(",Status", ",draft");
        (await StateAsync(slug)).ShouldBe("0 2036");
        await row(",Published at", ",2037-01-01");
        (await StateAsync(slug)).ShouldBe("0 2037");
        await row(",Status,Published at", ",draft,");
        (await StateAsync(slug)).ShouldBe("0 ");
        await row(",Status,Published at", ",active,2020-01-01");
        await row(",Published at", ",2021-01-01");
        (await StateAsync(slug)).ShouldBe("1 2021");
    }

    [Fact]
    public async Task A_product_of_before_times_were_noted_counts_from_when_it_came_in()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        await shop.ScalarAsync<int>("update products.products set published_at = null, vendor = slug where slug = $1 returning 1", slug);
        var created = await shop.ScalarAsync<DateTime>("select created_at from products.products where slug = $1", slug);
        using var staff = shop.ClientAs(Policies.Staff);
        var csv = await staff.GetStringAsync($"/api/v1/products/export?vendor={slug}");
        csv.ShouldContain($"{created:yyyy-MM-ddTHH:mm:ss}");
        var (summary, report) = await shop.ImportAsync(csv);
        report.ShouldBe("");
        summary.Unchanged.ShouldBe(1);
        var item = (await shop.StaffDoesAsync(HttpMethod.Get, $"/all?vendor={slug}"))["items"]![0]!;
        item["publishedAt"]!.GetValue<DateTimeOffset>().UtcDateTime.ShouldBe(created);
    }

    [Fact]
    public async Task Words_of_the_shops_own_paths_are_kept_from_products_only()
    {
        var slug = Catalogue.Unique();
        var row = (string category) => shop.ImportAsync($"URL handle,Title,SKU,Price,Type\n{slug},Boots,{slug},1.00,{category}\n");
        (await row("Media")).Summary.Created.ShouldBe(1);
        var (_, report) = await row("All");
        report.ShouldStartWith("line 2\tType\tproducts.import_invalid_category");
        var line = $$"""{"slug":"{{slug}}","title":"Boots","category":"export","variants":[{"sku":"{{slug}}","price":"1.00"}]}""";
        var import = await shop.ImportOverAsync((await shop.StartImportAsync(line, "ndjson")).Text("id"), "completed");
        import["updated"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public async Task What_a_spreadsheet_would_take_for_a_formula_is_exported_as_text()
    {
        var slug = Catalogue.Unique();
        var request = Catalogue.Request(slug);
        (request["title"], request["vendor"], request["description"]) = ("=1+1", slug, "'=quoted");
        await shop.CreateAsync(request, slug);
        using var staff = shop.ClientAs(Policies.Staff);
        var csv = await staff.GetStringAsync($"/api/v1/products/export?vendor={slug}");
        csv.ShouldContain("\n'=1+1,");
        csv.ShouldContain(",''=quoted,");
        (await shop.ImportAsync(csv)).Summary.Unchanged.ShouldBe(1);
    }

    private async Task<IEnumerable<string>> SkusAsync(string slug) =>
        (await shop.GetAsync($"/api/v1/products/{slug}"))["variants"]!.AsArray().Select(v => v!.Text("sku"));

    private Task<string?> StateAsync(string slug) =>
        shop.ScalarAsync<string>(
            "select status || ' ' || coalesce(extract(year from published_at)::text, '') from products.products where slug = $1",
            slug
        );
}
