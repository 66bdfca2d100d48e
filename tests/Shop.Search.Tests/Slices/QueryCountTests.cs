using Shop.Products.Contracts;

namespace Shop.Search.Tests.Slices;

public sealed class QueryCountTests(ShopFixture shop)
{
    [Theory]
    [InlineData("/api/v1/search?q={0}&limit=100", 1)]
    [InlineData("/api/v1/search?q={0}&limit=100&sort=price&filter=color:blue&inStockFirst=true", 1)]
    [InlineData("/api/v1/search?q={0}&limit=100&facets=true&filter=color:blue&filter=size:M&minPrice=1", 1)]
    // One letter is missing.
    [InlineData("/api/v1/search?q={1}&limit=100", 2)]
    [InlineData("/api/v1/search/suggestions?q={0}", 1)]
    public async Task A_page_asks_the_database_so_often_however_many_products_it_shows(string path, int times)
    {
        var word = Index.Word()[..14];
        await shop.IndexAsync([.. Enumerable.Range(0, 50).Select(i => Index.FullProduct($"{word} {i}", "blue"))]);
        var url = string.Format(null, path, word, word[..4] + word[5..]);
        (await CountAsync(async client => (await client.GetStringAsync(url)).ShouldContain($"{word} 1"))).ShouldBe(times);
    }

    [Fact]
    public async Task What_many_type_is_asked_for_once_in_some_seconds()
    {
        var word = Index.Word()[..14];
        await shop.IndexAsync(Index.Product($"{word} jacket"));

        (
            await CountAsync(async client =>
            {
                for (var i = 0; i < 5; i++)
                    (await client.GetStringAsync($"/api/v1/search/suggestions?q={word[..^3]}")).ShouldContain($"{word} jacket");
            })
        ).ShouldBe(1);
    }

    // The wound: a list that took a minute at 3,391 products, as each one was asked for by itself (saleor #7004).
    [Fact]
    public async Task A_search_in_3_391_products_is_not_asked_for_item_by_item()
    {
        var word = Index.Word();
        var products = Enumerable.Range(0, 3_391).Select(i => Index.FullProduct($"{word} {i}", "blue")).ToArray();
        foreach (var batch in products.Chunk(100))
            await shop.PublishAsync(new ProductsPublished(batch));
        await shop.HandledAsync(Index.Published);

        var url = $"/api/v1/search?q={word}&facets=true&filter=color:blue&limit=100";
        (await CountAsync(client => client.GetStringAsync(url))).ShouldBe(1);
        var page = await shop.PageAsync(word, "&facets=true&filter=color:blue&limit=99");
        page["facets"]!["total"]!.GetValue<long>().ShouldBe(products.Length);

        // And the wounded way is seen by this count.
        var wounded = await CountAsync(async client =>
        {
            foreach (var product in products.Take(50))
                await client.GetStringAsync($"/api/v1/search?q={product.Variants[0].Sku}");
        });
        wounded.ShouldBe(50);
    }

    private async Task<int> CountAsync(Func<HttpClient, Task> work)
    {
        using var client = new HttpClient { BaseAddress = shop.Client.BaseAddress };
        using var count = new QueryCount();
        await work(client);
        return count.Total;
    }
}
