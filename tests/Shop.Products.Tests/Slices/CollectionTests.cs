namespace Shop.Products.Tests.Slices;

public sealed class CollectionTests(ShopFixture shop)
{
    [Fact]
    public async Task A_collection_shows_its_products_on_sale_in_the_order_staff_gave_them()
    {
        var (first, second, draft) = (Catalogue.Unique(), Catalogue.Unique(), Catalogue.Unique());
        var ids = new[] { await SellAsync(second), await SellAsync(first), await DraftAsync(draft) };
        var collection = Catalogue.Unique("picks");

        await WriteAsync(collection, [ids[1], ids[2], ids[0]]);

        var page = await shop.GetAsync($"/api/v1/products/collections/{collection}/products?limit=1");
        page.Slugs().ShouldBe([first]);
        var next = await shop.GetAsync($"/api/v1/products/collections/{collection}/products?limit=1&cursor={page["nextCursor"]}");
        next.Slugs().ShouldBe([second]);
        next["nextCursor"].ShouldBeNull();
        (await shop.GetAsync($"/api/v1/products/collections/{collection}")).Text("title").ShouldBe("Our picks");
    }

    [Fact]
    public async Task Another_order_is_seen_at_once_and_only_by_who_read_the_last_one()
    {
        var (a, b) = (Catalogue.Unique(), Catalogue.Unique());
        string[] ids = [await SellAsync(a), await SellAsync(b)];
        var collection = Catalogue.Unique("picks");
        await WriteAsync(collection, ids);
        using var read = await shop.Client.GetAsync($"/api/v1/products/collections/{collection}");
        var etag = read.Headers.ETag!.ToString();

        await WriteAsync(collection, [ids[1], ids[0]], etag);

        (await shop.GetAsync($"/api/v1/products/collections/{collection}/products")).Slugs().ShouldBe([b, a]);
        await shop.StaffIsRefusedAsync(
            412,
            "products.version_mismatch",
            HttpMethod.Put,
            $"/collections/{collection}",
            new { title = "Late" },
            etag
        );
    }

    [Fact]
    public async Task A_collection_of_products_that_arent_there_is_refused()
    {
        var collection = Catalogue.Unique("picks");
        await shop.StaffIsRefusedAsync(
            422,
            "products.not_found",
            HttpMethod.Put,
            $"/collections/{collection}",
            new { title = "Ghosts", products = new[] { Guid.CreateVersion7() } }
        );
        (await shop.Client.GetAsync($"/api/v1/products/collections/{collection}/products")).StatusCode.ShouldBe(
            System.Net.HttpStatusCode.NotFound
        );
    }

    [Fact]
    public async Task A_deleted_collection_leaves_its_products()
    {
        var slug = Catalogue.Unique();
        var collection = Catalogue.Unique("picks");
        await WriteAsync(collection, [await SellAsync(slug)]);
        await shop.StaffDoesAsync(HttpMethod.Delete, $"/collections/{collection}");
        (await shop.Client.GetAsync($"/api/v1/products/collections/{collection}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await shop.GetAsync($"/api/v1/products/{slug}")).Text("slug").ShouldBe(slug);
    }

    private async Task<string> SellAsync(string slug) => (await shop.SellAsync(slug)).Text("id");

    private async Task<string> DraftAsync(string slug) => (await shop.CreateAsync(Catalogue.Request(slug), slug)).Text("id");

    private async Task WriteAsync(string collection, string[] products, string? etag = null) =>
        await shop.StaffDoesAsync(HttpMethod.Put, $"/collections/{collection}", new { title = "Our picks", products }, etag);
}
