using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class StaffTests(ShopFixture shop)
{
    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData(Policies.Customer, HttpStatusCode.Forbidden)]
    public async Task Only_staff_write_the_catalogue(string? role, HttpStatusCode status)
    {
        using var client = role is null ? new HttpClient { BaseAddress = shop.Client.BaseAddress } : shop.ClientAs(role);
        var (slug, id) = (Catalogue.Unique(), Guid.CreateVersion7());
        (await client.PostAsJsonAsync("/api/v1/products", Catalogue.Request(slug))).StatusCode.ShouldBe(status);
        (await client.PutAsJsonAsync($"/api/v1/products/{id}", Catalogue.Request(slug))).StatusCode.ShouldBe(status);
        (await client.PostAsync($"/api/v1/products/{id}/publish", null)).StatusCode.ShouldBe(status);
        (await client.PostAsync($"/api/v1/products/{id}/unpublish", null)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_draft_is_shown_to_staff_only()
    {
        var slug = Catalogue.Unique();
        await shop.CreateAsync(Catalogue.Request(slug), slug);

        (await shop.Client.GetAsync($"/api/v1/products/{slug}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var staff = shop.ClientAs(Policies.Staff);
        var seen = await staff.GetFromJsonAsync<JsonNode>($"/api/v1/products/{slug}");
        seen!["status"]!.GetValue<string>().ShouldBe("draft");
    }

    [Fact]
    public async Task Publishing_tells_the_others_once_and_unpublishing_hides_at_once()
    {
        var slug = Catalogue.Unique();
        var product = await shop.SellAsync(slug);
        using var staff = shop.ClientAs(Policies.Staff);
        await staff.PostAsync($"/api/v1/products/{product["id"]}/publish", null);
        (await shop.SentAsync("products.products-published.v1", slug)).ShouldBe(await SubscribersAsync("products.products-published.v1"));

        (await shop.Client.GetAsync($"/api/v1/products/{slug}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await staff.PostAsync($"/api/v1/products/{product["id"]}/unpublish", null);

        (await shop.Client.GetAsync($"/api/v1/products/{slug}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await shop.SentAsync("products.product-unpublished.v1", product["id"]!.GetValue<string>())).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_change_is_seen_at_once_and_told_to_the_others()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        var read = await shop.Client.GetAsync($"/api/v1/products/{slug}");
        var change = Catalogue.Request(slug, "M", "L");
        change["title"] = "Warmer jacket " + slug;

        var response = await PutAsync(slug, change, read.Headers.ETag!.ToString());

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.ETag.ShouldNotBe(read.Headers.ETag);
        var product = await shop.GetAsync($"/api/v1/products/{slug}");
        product["title"]!.GetValue<string>().ShouldBe("Warmer jacket " + slug);
        product["variants"]!.AsArray().Count.ShouldBe(2);
        (await shop.SentAsync("products.products-published.v1", "Warmer jacket " + slug)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Two_who_edit_the_same_product_dont_overwrite_each_other()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        var etag = (await shop.Client.GetAsync($"/api/v1/products/{slug}")).Headers.ETag!.ToString();
        var (mine, yours) = (Catalogue.Request(slug), Catalogue.Request(slug));
        (mine["title"], yours["title"]) = ("Mine", "Yours");

        var responses = await Task.WhenAll(PutAsync(slug, mine, etag), PutAsync(slug, yours, etag));

        responses.Select(r => r.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed]);
        var lost = responses.Single(r => r.StatusCode == HttpStatusCode.PreconditionFailed);
        (await lost.Content.ReadAsStringAsync()).ShouldContain("products.version_mismatch");
    }

    [Fact]
    public async Task A_sell_out_meanwhile_is_no_conflict()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        var before = (await shop.Client.GetAsync($"/api/v1/products/{slug}")).Headers.ETag!.ToString();
        await shop.PublishAsync(new Inventory.Contracts.AvailabilityChanged([new($"{slug}-M", true, 5)]));
        await Eventually.IsTrueAsync(
            "another ETag",
            async () => (await shop.Client.GetAsync($"/api/v1/products/{slug}")).Headers.ETag!.ToString() != before
        );
        var change = Catalogue.Request(slug);
        change["title"] = "Changed";

        (await PutAsync(slug, change, before)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_change_without_If_Match_is_refused()
    {
        var slug = Catalogue.Unique();
        await shop.SellAsync(slug);
        var response = await PutAsync(slug, Catalogue.Request(slug), null);
        ((int)response.StatusCode).ShouldBe(428);
        (await response.Content.ReadAsStringAsync()).ShouldContain("products.if_match_required");
    }

    [Fact]
    public async Task A_sku_belongs_to_one_product()
    {
        var (slug, other) = (Catalogue.Unique(), Catalogue.Unique());
        await shop.CreateAsync(Catalogue.Request(slug), slug);
        var request = Catalogue.Request(slug);
        request["slug"] = other;

        var response = await PostAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await response.Content.ReadAsStringAsync()).ShouldContain("products.sku_taken");
    }

    [Fact]
    public async Task An_address_belongs_to_one_product_also_when_two_ask_at_once()
    {
        var slug = Catalogue.Unique();
        var requests = Enumerable.Range(0, 4).Select(i => Catalogue.Request(slug + "-" + i)).ToList();
        requests.ForEach(r => r["slug"] = slug);

        var responses = await Task.WhenAll(requests.Select(PostAsync));

        responses.Count(r => r.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        responses.Count(r => r.StatusCode == HttpStatusCode.Conflict).ShouldBe(3);
    }

    [Fact]
    public async Task Opening_stock_goes_to_Inventory_once()
    {
        var slug = Catalogue.Unique();
        var request = Catalogue.Request(slug);
        request["variants"]![0]!["openingStock"] = 12;
        await shop.CreateAsync(request, slug);
        await Eventually.IsTrueAsync("12 on hand", async () => await OnHandAsync($"{slug}-M") == 12);

        using var staff = shop.ClientAs(Policies.Staff);
        var etag = (await staff.GetAsync($"/api/v1/products/{slug}")).Headers.ETag!.ToString();
        request.Remove("slug");
        request["title"] = "Changed";
        (await PutAsync(slug, request, etag)).EnsureSuccessStatusCode();

        (await shop.SentAsync("inventory.receive-stock.v1", slug)).ShouldBe(1);
        await Eventually.IsTrueAsync(
            "shown",
            async () => (await staff.GetStringAsync($"/api/v1/products/{slug}")).Contains("\"available\":true")
        );
    }

    [Theory]
    [InlineData("""{ "title": "" }""", "required")]
    [InlineData("""{ "variants": [] }""", "invalid_count")]
    [InlineData("""{ "options": [{ "name": "A" }, { "name": "B" }, { "name": "C" }, { "name": "D" }] }""", "too_many_options")]
    [InlineData("""{ "options": [{ "name": "Size" }, { "name": "Size" }] }""", "invalid_options")]
    [InlineData("""{ "taxCategory": "a-code-that-is-much-longer-than-any-tax-office-would-ever-have-thought-of" }""", "too_long")]
    [InlineData("""{ "options": [] }""", "invalid_option_values")]
    [InlineData("""{ "images": [{ "url": "javascript:alert(1)" }] }""", "invalid_url")]
    [InlineData(
        """{ "variants": [{ "sku": "x", "options": { "Size": "M" }, "price": { "minor": -1, "currency": "EUR" } }] }""",
        "invalid_price"
    )]
    [InlineData(
        """{ "variants": [{ "sku": " ", "options": { "Size": "M" }, "price": { "minor": 1, "currency": "EUR" } }] }""",
        "invalid_sku"
    )]
    [InlineData("""{ "slug": "Not a slug" }""", "invalid_slug")]
    [InlineData("""{ "slug": "categories" }""", "invalid_slug")]
    public async Task A_product_that_makes_no_sense_is_refused(string overrides, string code)
    {
        var request = Catalogue.Request(Catalogue.Unique());
        foreach (var (name, value) in JsonNode.Parse(overrides)!.AsObject())
            request[name] = value?.DeepClone();
        var response = await PostAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain($"\"{code}\"");
    }

    [Fact]
    public async Task A_price_in_a_currency_the_shop_doesnt_ask_is_refused()
    {
        var slug = Catalogue.Unique();
        var request = Catalogue.Request(slug);
        request["slug"] = slug;
        request["variants"]![0]!["price"]!["currency"] = "USD";
        var response = await PostAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadAsStringAsync()).ShouldContain("products.currency_not_sold");
    }

    private async Task<HttpResponseMessage> PostAsync(JsonObject request)
    {
        await shop.WarmAsync();
        using var staff = shop.ClientAs(Policies.Staff);
        return await staff.PostAsJsonAsync("/api/v1/products", request);
    }

    private async Task<HttpResponseMessage> PutAsync(string slug, JsonObject change, string? etag)
    {
        using var staff = shop.ClientAs(Policies.Staff);
        var id = (await staff.GetFromJsonAsync<JsonNode>($"/api/v1/products/{slug}"))!["id"];
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/products/{id}") { Content = JsonContent.Create(change) };
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await staff.SendAsync(request);
    }

    private Task<int> OnHandAsync(string sku) => shop.ScalarAsync<int>("select on_hand from inventory.stock_items where sku = $1", sku);

    private Task<long> SubscribersAsync(string wireName) =>
        shop.ScalarAsync<long>(
            "select count(distinct received_at) from wolverine.wolverine_incoming_envelopes where message_type = $1",
            wireName
        );
}
