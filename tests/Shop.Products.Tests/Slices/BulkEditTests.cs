using System.Text.Json.Nodes;

namespace Shop.Products.Tests.Slices;

public sealed class BulkEditTests(ShopFixture shop)
{
    [Fact]
    public async Task Many_products_change_at_once_and_each_says_what_became_of_it()
    {
        var (sold, draft, deleted) = (Catalogue.Unique(), Catalogue.Unique(), Catalogue.Unique());
        var soldId = (await shop.SellAsync(sold)).Text("id");
        var draftId = (await shop.CreateAsync(Catalogue.Request(draft), draft)).Text("id");
        var deletedId = (await shop.CreateAsync(Catalogue.Request(deleted), deleted)).Text("id");
        await shop.StaffDoesAsync(HttpMethod.Delete, $"/{deletedId}");
        var unknown = Guid.CreateVersion7().ToString();

        var result = await shop.StaffDoesAsync(
            HttpMethod.Post,
            "/bulk",
            new
            {
                ids = new[] { soldId, draftId, deletedId, unknown },
                changes = new
                {
                    status = "published",
                    vendor = "Bulk " + sold,
                    priceBasisPoints = 9_000,
                },
            }
        );

        Outcome(result, soldId).ShouldBe("changed");
        Outcome(result, draftId).ShouldBe("changed");
        Outcome(result, deletedId).ShouldBe("refused products.deleted");
        Outcome(result, unknown).ShouldBe("refused products.not_found");
        var product = await shop.GetAsync($"/api/v1/products/{draft}");
        product.Text("vendor").ShouldBe("Bulk " + sold);
        product["variants"]![0]!["price"]!["minor"]!.GetValue<long>().ShouldBe(17_99);
        (await shop.SentAsync("products.products-published.v1", "Bulk " + sold)).ShouldBeGreaterThan(0);

        var again = await shop.StaffDoesAsync(
            HttpMethod.Post,
            "/bulk",
            new { filter = new { vendor = "Bulk " + sold }, changes = new { status = "published" } }
        );
        again["unchanged"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task What_a_filter_finds_is_taken_off_sale_and_the_others_are_told()
    {
        var slug = Catalogue.Unique();
        var id = (await shop.SellAsync(slug)).Text("id");
        var result = await shop.StaffDoesAsync(
            HttpMethod.Post,
            "/bulk",
            new { filter = new { category = slug, status = "published" }, changes = new { status = "draft", category = "" } }
        );
        result["changed"]!.GetValue<int>().ShouldBe(1);
        (await shop.SentAsync("products.product-unpublished.v1", id)).ShouldBeGreaterThan(0);
        (await shop.StaffDoesAsync(HttpMethod.Get, $"/{slug}"))["category"].ShouldBeNull();
    }

    [Fact]
    public async Task A_bulk_edit_has_a_bound_and_names_only_what_is_there()
    {
        await shop.StaffIsRefusedAsync(
            400,
            "too_many",
            HttpMethod.Post,
            "/bulk",
            new { ids = Enumerable.Range(0, 501).Select(_ => Guid.CreateVersion7()), changes = new { status = "draft" } }
        );
        await shop.StaffIsRefusedAsync(400, "required", HttpMethod.Post, "/bulk", new { changes = new { status = "draft" } });
        await shop.StaffIsRefusedAsync(
            422,
            "products.unknown_category",
            HttpMethod.Post,
            "/bulk",
            new { filter = new { vendor = "x" }, changes = new { category = Catalogue.Unique("nowhere") } }
        );
        await shop.StaffIsRefusedAsync(
            422,
            "products.unknown_attribute",
            HttpMethod.Post,
            "/bulk",
            new { filter = new { vendor = "x" }, changes = new { attributes = new { nope = "1" } } }
        );
    }

    private static string Outcome(JsonNode result, string id)
    {
        var item = result["items"]!.AsArray().Single(i => i!.Text("id") == id)!;
        return item["code"] is null ? item.Text("outcome") : $"{item.Text("outcome")} {item.Text("code")}";
    }
}
