using System.Net;
using System.Text.Json.Nodes;
using Shop.Inventory.Contracts;

namespace Shop.Products.Tests.Slices;

public sealed class ReadingTests(ShopFixture shop)
{
    [Fact]
    public async Task A_product_on_sale_is_shown_with_its_variants()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug, "M", "L");

        var product = await shop.GetAsync($"/api/v1/products/{slug}");

        product["title"]!.GetValue<string>().ShouldBe("Warm jacket");
        product["description"]!.GetValue<string>().ShouldBe("Keeps you warm.");
        product["status"]!.GetValue<string>().ShouldBe("published");
        product["options"]![0]!["values"]!.AsArray().Select(v => v!.GetValue<string>()).ShouldBe(["M", "L"]);
        var variant = product["variants"]![1]!;
        variant["sku"]!.GetValue<string>().ShouldBe($"{slug}-L");
        variant["title"]!.GetValue<string>().ShouldBe("L");
        variant["options"]!["Size"]!.GetValue<string>().ShouldBe("L");
        variant["price"]!["minor"]!.GetValue<long>().ShouldBe(19_99);
        variant["available"]!.GetValue<bool>().ShouldBeFalse();
        product["images"]![0]!["alt"]!.GetValue<string>().ShouldBe("A jacket");
    }

    [Fact]
    public async Task Who_has_the_product_as_it_is_gets_no_body()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        var first = await shop.Client.GetAsync($"/api/v1/products/{slug}");

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/products/{slug}");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        var response = await shop.Client.SendAsync(again);

        response.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stock_coming_and_going_is_shown_within_a_moment()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug, "M", "L");
        (await Available(slug)).ShouldBe([false, false]);

        await shop.PublishAsync(new AvailabilityChanged([new($"{slug}-L", true, 7)]));
        await Eventually.IsTrueAsync("L is available", async () => (await Available(slug)).SequenceEqual([false, true]));
        await Eventually.IsTrueAsync("the list shows it", async () => await ListedAsAvailable(slug));

        await shop.PublishAsync(new AvailabilityChanged([new($"{slug}-L", false, 8)]));
        await Eventually.IsTrueAsync("L is gone", async () => (await Available(slug)).SequenceEqual([false, false]));
        await Eventually.IsTrueAsync("the list shows it", async () => !await ListedAsAvailable(slug));
    }

    [Fact]
    public async Task Another_process_changing_a_product_is_noticed()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        (await shop.GetAsync($"/api/v1/products/{slug}"))["title"]!.GetValue<string>().ShouldBe("Warm jacket");

        await shop.ScalarAsync<long>(
            """
            with tick as (update products.catalogue set revision = revision + 1 returning revision)
            update products.products set title = 'Elsewhere', revision = tick.revision from tick where slug = $1 returning version
            """,
            slug
        );

        await Eventually.IsTrueAsync(
            "the new title",
            async () => (await shop.GetAsync($"/api/v1/products/{slug}"))["title"]!.GetValue<string>() == "Elsewhere"
        );
    }

    [Theory]
    [InlineData("no-such-product")]
    [InlineData("No%20such")]
    [InlineData("nul%00byte")]
    public async Task An_unknown_address_is_not_found(string slug)
    {
        var response = await shop.Client.GetAsync($"/api/v1/products/{slug}");
        response.StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Pages_of_a_category_show_each_product_once_newest_first_though_new_ones_come_in()
    {
        var category = Catalogue.Unique("shelf");
        var slugs = new List<string>();
        for (var i = 0; i < 7; i++)
            slugs.Add(await SellIn(category));

        var first = await shop.GetAsync($"/api/v1/products?category={category}&limit=3");
        await SellIn(category);
        var second = await shop.GetAsync($"/api/v1/products?category={category}&limit=3&cursor={first["nextCursor"]}");
        var third = await shop.GetAsync($"/api/v1/products?category={category}&limit=3&cursor={second["nextCursor"]}");

        slugs.Reverse();
        SlugsOf(first).Concat(SlugsOf(second)).Concat(SlugsOf(third)).ShouldBe(slugs);
        third["nextCursor"].ShouldBeNull();
    }

    [Fact]
    public async Task A_page_shows_what_a_list_needs()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        var item = (await shop.GetAsync($"/api/v1/products?category={slug}"))["items"]![0]!;
        item["priceFrom"]!["minor"]!.GetValue<long>().ShouldBe(19_99);
        item["imageUrl"]!.GetValue<string>().ShouldBe("/images/jacket.svg");
        item["vendor"]!.GetValue<string>().ShouldBe("Daybird");
        item["category"]!.GetValue<string>().ShouldBe(slug);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("%21%21")]
    [InlineData("bm8")]
    public async Task An_unknown_cursor_is_refused(string cursor)
    {
        var response = await shop.Client.GetAsync($"/api/v1/products?cursor={cursor}");
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("products.unknown_cursor");
    }

    [Fact]
    public async Task Only_categories_with_something_on_sale_are_listed()
    {
        var (sold, draft) = (Catalogue.Unique("sold"), Catalogue.Unique("draft"));
        await shop.SellAsync(sold);
        await shop.CreateAsync(Catalogue.Request(draft), draft);

        var categories = (await shop.GetAsync("/api/v1/products/categories"))
            .AsArray()
            .Select(c => c!["slug"]!.GetValue<string>())
            .ToArray();

        categories.ShouldContain(sold);
        categories.ShouldNotContain(draft);
    }

    private async Task<string> SellIn(string category)
    {
        var slug = Catalogue.Unique();
        var request = Catalogue.Request(slug);
        request["category"] = category;
        var product = await shop.CreateAsync(request, slug);
        using var staff = shop.ClientAs(BuildingBlocks.Policies.Staff);
        (await staff.PostAsync($"/api/v1/products/{product["id"]}/publish", null)).EnsureSuccessStatusCode();
        return slug;
    }

    private static IEnumerable<string> SlugsOf(JsonNode page) => page["items"]!.AsArray().Select(i => i!["slug"]!.GetValue<string>());

    private async Task<bool[]> Available(string slug) =>
        [.. (await shop.GetAsync($"/api/v1/products/{slug}"))["variants"]!.AsArray().Select(v => v!["available"]!.GetValue<bool>())];

    private async Task<bool> ListedAsAvailable(string slug) =>
        (await shop.GetAsync($"/api/v1/products?category={slug}"))["items"]![0]!["available"]!.GetValue<bool>();
}
