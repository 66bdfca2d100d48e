using System.Net;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class LifecycleTests(ShopFixture shop)
{
    [Fact]
    public async Task A_product_with_a_date_is_shown_when_its_time_has_come_and_the_others_are_told()
    {
        var slug = Catalogue.Unique();
        var product = await shop.CreateAsync(Catalogue.Request(slug), slug);

        var scheduled = await shop.StaffDoesAsync(
            HttpMethod.Post,
            $"/{product["id"]}/publish",
            new { at = TimeProvider.System.GetUtcNow().AddSeconds(2) }
        );

        scheduled.Text("status").ShouldBe("scheduled");
        (await shop.SentAsync("products.products-published.v1", slug)).ShouldBe(0);
        await Eventually.IsTrueAsync(
            "it is shown",
            async () => (await shop.Client.GetAsync($"/api/v1/products/{slug}")).StatusCode == HttpStatusCode.OK
        );
        (await shop.SentAsync("products.products-published.v1", slug)).ShouldBeGreaterThan(0);
        // By the clock of the database, never before.
        (
            await shop.ScalarAsync<bool>(
                "select c.at >= p.published_at from products.products p join products.changes c on c.subject = p.id::text and c.action = 'product.published' where p.slug = $1",
                slug
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_date_far_ahead_waits_and_can_be_taken_back()
    {
        var slug = Catalogue.Unique();
        var product = await shop.CreateAsync(Catalogue.Request(slug), slug);
        await shop.StaffDoesAsync(HttpMethod.Post, $"/{product["id"]}/publish", new { at = "2036-01-01T00:00:00Z" });
        var draft = await shop.StaffDoesAsync(HttpMethod.Post, $"/{product["id"]}/unpublish");
        draft.Text("status").ShouldBe("draft");
        await shop.StaffIsRefusedAsync(
            400,
            "products.publish_too_late",
            HttpMethod.Post,
            $"/{product["id"]}/publish",
            new { at = "2136-01-01T00:00:00Z" }
        );
    }

    [Fact]
    public async Task A_deleted_product_is_gone_for_shoppers_told_to_the_others_and_still_there_for_staff()
    {
        var slug = Catalogue.Unique();
        var product = await shop.SellAsync(slug);
        var id = product.Text("id");

        await shop.StaffDoesAsync(HttpMethod.Delete, $"/{id}");
        await shop.StaffDoesAsync(HttpMethod.Delete, $"/{id}");

        (await shop.Client.GetAsync($"/api/v1/products/{slug}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await shop.SentAsync("products.product-unpublished.v1", id)).ShouldBeGreaterThan(0);
        (await shop.StaffDoesAsync(HttpMethod.Get, $"/{slug}")).Text("status").ShouldBe("deleted");
        await shop.StaffIsRefusedAsync(409, "products.deleted", HttpMethod.Post, $"/{id}/publish");
        var other = Catalogue.Request(slug);
        other["slug"] = Catalogue.Unique();
        await shop.StaffIsRefusedAsync(409, "products.sku_taken", HttpMethod.Post, "", other);

        (await shop.StaffDoesAsync(HttpMethod.Post, $"/{id}/restore")).Text("status").ShouldBe("draft");
        (await shop.StaffDoesAsync(HttpMethod.Post, $"/{id}/publish")).Text("status").ShouldBe("published");
    }

    [Fact]
    public async Task A_file_that_says_nothing_of_status_leaves_a_deleted_product_deleted()
    {
        var slug = Catalogue.Unique();
        var product = await shop.SellAsync(slug);
        await shop.StaffDoesAsync(HttpMethod.Delete, $"/{product["id"]}");

        var header = "URL handle,Title,SKU,Price,Option1 name,Option1 value";
        await shop.ImportAsync($"{header}\n{slug},Other,{slug}-M,1.00,Size,M\n");
        var changed = await shop.StaffDoesAsync(HttpMethod.Get, $"/{slug}");
        (changed.Text("title"), changed.Text("status")).ShouldBe(("Other", "deleted"));

        await shop.ImportAsync($"{header},Status\n{slug},Other,{slug}-M,1.00,Size,M,active\n");
        (await shop.StaffDoesAsync(HttpMethod.Get, $"/{slug}")).Text("status").ShouldBe("published");
    }

    [Fact]
    public async Task A_former_address_leads_to_the_new_one_for_good()
    {
        var (old, middle, now) = (Catalogue.Unique(), Catalogue.Unique(), Catalogue.Unique());
        var product = await shop.SellAsync(old);
        (await shop.Client.GetAsync($"/api/v1/products/{old}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await shop.StaffDoesAsync(HttpMethod.Put, $"/{product["id"]}/slug", new { slug = middle });
        await shop.StaffDoesAsync(HttpMethod.Put, $"/{product["id"]}/slug", new { slug = now });

        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = shop.Client.BaseAddress };
        foreach (var former in new[] { old, middle })
        {
            using var answer = await client.GetAsync($"/api/v1/products/{former}");
            answer.StatusCode.ShouldBe(HttpStatusCode.MovedPermanently);
            answer.Headers.Location!.ToString().ShouldBe($"/api/v1/products/{now}");
        }
        (await shop.GetAsync($"/api/v1/products/{now}")).Text("slug").ShouldBe(now);
        (await shop.SentAsync("products.products-published.v1", now)).ShouldBeGreaterThan(0);

        // Back again, and the address is the product's own once more.
        await shop.StaffDoesAsync(HttpMethod.Put, $"/{product["id"]}/slug", new { slug = old });
        (await client.GetAsync($"/api/v1/products/{old}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_address_of_another_product_is_refused()
    {
        var (one, other) = (Catalogue.Unique(), Catalogue.Unique());
        var product = await shop.SellAsync(one);
        await shop.SellAsync(other);
        await shop.StaffIsRefusedAsync(409, "products.slug_taken", HttpMethod.Put, $"/{product["id"]}/slug", new { slug = other });
        await shop.StaffIsRefusedAsync(
            412,
            "products.version_mismatch",
            HttpMethod.Put,
            $"/{product["id"]}/slug",
            new { slug = Catalogue.Unique() },
            "\"99-0\""
        );
    }

    [Fact]
    public async Task Prices_in_other_currencies_are_data_and_never_converted()
    {
        var slug = Catalogue.Unique();
        var request = Catalogue.Request(slug, "M", "L");
        request["variants"]![0]!["otherPrices"] = new JsonArray(
            new JsonObject { ["price"] = Money(24_99, "USD"), ["compareAtPrice"] = Money(29_99, "USD") }
        );
        request["variants"]![0]!["weightGrams"] = 450;
        var product = await shop.CreateAsync(request, slug);
        await shop.StaffDoesAsync(HttpMethod.Post, $"/{product["id"]}/publish");

        var own = await shop.GetAsync($"/api/v1/products/{slug}");
        var dollars = await shop.GetAsync($"/api/v1/products/{slug}?currency=USD");
        var yen = await shop.GetAsync($"/api/v1/products/{slug}?currency=JPY");

        own["variants"]![0]!["price"]!["minor"]!.GetValue<long>().ShouldBe(19_99);
        own["variants"]![0]!["weightGrams"]!.GetValue<int>().ShouldBe(450);
        dollars["variants"]![0]!["price"]!["minor"]!.GetValue<long>().ShouldBe(24_99);
        dollars["variants"]![0]!["compareAtPrice"]!["minor"]!.GetValue<long>().ShouldBe(29_99);
        dollars["variants"]![1]!["price"].ShouldBeNull();
        yen["variants"]![0]!["price"].ShouldBeNull();
        var item = (await shop.GetAsync($"/api/v1/products?category={slug}&currency=USD"))["items"]![0]!;
        item["priceFrom"]!["minor"]!.GetValue<long>().ShouldBe(24_99);
        (await shop.GetAsync($"/api/v1/products?category={slug}&currency=JPY"))["items"]![0]!["priceFrom"].ShouldBeNull();
        (await shop.Client.GetAsync($"/api/v1/products/{slug}?currency=euros")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_change_is_seen_in_every_currency()
    {
        var slug = Catalogue.Unique();
        var product = await shop.SellAsync(slug);
        await shop.GetAsync($"/api/v1/products/{slug}?currency=USD");
        using var read = await shop.Client.GetAsync($"/api/v1/products/{slug}");
        var change = Catalogue.Request(slug);
        change["title"] = "Changed";
        await shop.StaffDoesAsync(HttpMethod.Put, $"/{product["id"]}", change, read.Headers.ETag!.ToString());
        (await shop.GetAsync($"/api/v1/products/{slug}?currency=USD")).Text("title").ShouldBe("Changed");
    }

    [Fact]
    public async Task A_product_has_a_variant_at_least()
    {
        var request = Catalogue.Request(Catalogue.Unique());
        foreach (var none in (JsonNode?[])[new JsonArray(), null])
        {
            request["variants"] = none;
            await shop.StaffIsRefusedAsync(400, "invalid_count", HttpMethod.Post, "", request);
        }
    }

    [Fact]
    public async Task A_product_has_at_most_three_options_and_a_hundred_variants()
    {
        var slug = Catalogue.Unique();
        var request = Catalogue.Request(slug, [.. Enumerable.Range(0, 101).Select(i => $"S{i}")]);
        await shop.StaffIsRefusedAsync(400, "too_many_variants", HttpMethod.Post, "", request);
        request["variants"]!.AsArray().RemoveAt(100);
        await shop.CreateAsync(request, slug);

        foreach (var name in (string[])["Colour", "Width", "Sole"])
        {
            request["options"]!.AsArray().Add(new JsonObject { ["name"] = name });
            foreach (var variant in request["variants"]!.AsArray())
                variant!["options"]![name] = "any";
        }
        await shop.StaffIsRefusedAsync(400, "too_many_options", HttpMethod.Post, "", request);
    }

    [Fact]
    public async Task Who_changed_what_is_on_record()
    {
        var slug = Catalogue.Unique();
        var actor = Guid.CreateVersion7();
        var product = await shop.SellAsync(slug);
        using var staff = shop.ClientAs(Policies.Staff, actor);
        (await staff.DeleteAsync($"/api/v1/products/{product["id"]}")).EnsureSuccessStatusCode();

        var changes = await shop.StaffDoesAsync(HttpMethod.Get, $"/changes?subject={product["id"]}");

        changes["items"]!.AsArray().Select(c => c!.Text("action")).ShouldBe(["product.deleted", "product.published", "product.created"]);
        changes["items"]![0]!.Text("actor").ShouldBe(actor.ToString());
    }

    [Fact]
    public async Task Staff_find_what_shoppers_dont_see()
    {
        var (slug, vendor) = (Catalogue.Unique(), Catalogue.Unique("v"));
        var request = Catalogue.Request(slug);
        request["vendor"] = vendor;
        var product = await shop.CreateAsync(request, slug);
        (await shop.StaffDoesAsync(HttpMethod.Get, $"/all?vendor={vendor}&status=draft")).Slugs().ShouldBe([slug]);
        await shop.StaffDoesAsync(HttpMethod.Delete, $"/{product["id"]}");
        (await shop.StaffDoesAsync(HttpMethod.Get, $"/all?vendor={vendor}")).Slugs().ShouldBeEmpty();
        (await shop.StaffDoesAsync(HttpMethod.Get, $"/all?vendor={vendor}&status=deleted&q=WARM")).Slugs().ShouldBe([slug]);
    }

    private static JsonNode Money(long minor, string currency) => new JsonObject { ["minor"] = minor, ["currency"] = currency };
}
