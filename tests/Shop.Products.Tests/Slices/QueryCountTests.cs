using System.Globalization;
using System.Text;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

public sealed class QueryCountTests(ShopFixture shop)
{
    [Theory]
    [InlineData("?limit=100", 1)]
    [InlineData("?limit=99&category={0}", 1)]
    [InlineData("?limit=98&category={0}&currency=USD", 1)]
    [InlineData("/collections/{0}/products?limit=100", 1)]
    [InlineData("/categories", 1)]
    [InlineData("/categories/{0}", 1)]
    [InlineData("/{0}-7", 1)]
    [InlineData("/{0}-none", 2)]
    public async Task A_page_asks_the_database_once_however_many_products_it_shows(string path, int most)
    {
        var slug = Catalogue.Unique();
        await FillAsync(slug, products: 30);
        var url = "/api/v1/products" + string.Format(CultureInfo.InvariantCulture, path, slug);
        (await CountAsync(url)).ShouldBeLessThanOrEqualTo(most);
    }

    [Theory]
    [InlineData("/all?category={0}&limit=100")]
    [InlineData("/categories/all")]
    [InlineData("/imports?limit=100")]
    [InlineData("/changes?limit=100")]
    public async Task A_page_for_staff_asks_the_database_once(string path)
    {
        var slug = Catalogue.Unique();
        await FillAsync(slug, products: 30);
        using var staff = shop.ClientAs(Policies.Staff);
        var url = "/api/v1/products" + string.Format(CultureInfo.InvariantCulture, path, slug);
        (await CountAsync(staff, async client => (await client.GetAsync(url)).EnsureSuccessStatusCode())).ShouldBe(1);
    }

    [Fact]
    public async Task Made_up_currencies_take_no_place_from_those_that_are_sold_for()
    {
        var slug = Catalogue.Unique();
        await FillAsync(slug, products: 1);
        await shop.ScalarAsync<long>(
            $"with priced as (update products.variants set other_prices = '{{\"CHF\": {{\"minor\": 100}}}}' where sku like '{slug}%' returning 1) select count(*) from priced"
        );
        for (var i = 0; i < 60; i++)
            await shop.GetAsync($"/api/v1/products/{slug}-0?currency=X{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}");
        var url = $"/api/v1/products/{slug}-0?currency=CHF";
        await shop.GetAsync(url);
        (await CountAsync(url)).ShouldBeLessThanOrEqualTo(1);
        (await CountAsync(async client => (await client.GetAsync(url)).EnsureSuccessStatusCode())).ShouldBe(0);
    }

    // The wound: a list that took a minute at 3,391 products, as each item was asked for by itself (saleor #7004).
    [Fact]
    public async Task A_list_of_thousands_of_products_is_not_asked_for_item_by_item()
    {
        var slug = Catalogue.Unique();
        await FillAsync(slug, products: 3_391);
        var count = await CountAsync($"/api/v1/products?category={slug}&limit=100");
        count.ShouldBeLessThanOrEqualTo(2);
        await Eventually.QuickAsync(
            TimeSpan.FromSeconds(1),
            async () => await shop.GetAsync($"/api/v1/products?category={slug}&limit={Random.Shared.Next(60, 100)}")
        );
        // And the wounded way is seen by this count.
        var wounded = await CountAsync(async client =>
        {
            foreach (var item in (await shop.GetAsync($"/api/v1/products?category={slug}&limit=50"))["items"]!.AsArray())
                await client.GetAsync($"/api/v1/products/{item!.Text("slug")}");
        });
        wounded.ShouldBeGreaterThan(10);
    }

    private async Task FillAsync(string slug, int products)
    {
        var file = new StringBuilder("URL handle,Title,Type,SKU,Price,Collections\n");
        for (var i = 0; i < products; i++)
            file.Append(CultureInfo.InvariantCulture, $"{slug}-{i},Boots {i},{slug},{slug}-{i},1.00,{(i < 30 ? slug : "")}\n");
        var (summary, report) = await shop.ImportAsync(file.ToString());
        report.ShouldBeEmpty();
        summary.Created.ShouldBe(products);
    }

    private Task<int> CountAsync(string url) => CountAsync(async client => await client.GetAsync(url));

    private async Task<int> CountAsync(Func<HttpClient, Task> work)
    {
        using var client = new HttpClient { BaseAddress = shop.Client.BaseAddress };
        return await CountAsync(client, work);
    }

    // What changed since, which the cache asks at most every 200 ms on behalf of whoever comes by, is not the page's.
    private static async Task<int> CountAsync(HttpClient client, Func<HttpClient, Task> work)
    {
        using var count = new QueryCount(sql => !sql.Contains("products.catalogue"));
        await work(client);
        return count.Total;
    }
}
