using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.Inventory.Contracts;
using Shop.Products.Contracts;

namespace Shop.Search.Tests.Slices;

public sealed class FacetTests(ShopFixture shop)
{
    [Fact]
    public async Task A_facet_counts_without_its_own_filter_and_the_others_with_it()
    {
        var word = Index.Word();
        await shop.IndexAsync(
            Index.FullProduct($"{word} 1", "blue", "M"),
            Index.FullProduct($"{word} 2", "blue", "L"),
            Index.FullProduct($"{word} 3", "red", "M"),
            Index.FullProduct($"{word} 4", "red", "L"),
            Index.FullProduct($"{word} 5", "green", "S")
        );

        var page = await shop.PageAsync(word, "&facets=true&filter=color:blue&filter=size:M");

        Index.TitlesOf(page).ShouldBe([$"{word} 1"]);
        Index.CountsOf(page, "color").ShouldBe(["blue:1", "red:1"]);
        Index.CountsOf(page, "size").ShouldBe(["L:1", "M:1"]);
        Index.CountsOf(page, "material").ShouldBe(["wool:1"]);
        page["facets"]!["total"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public async Task Two_values_of_a_facet_mean_any_and_two_facets_mean_all()
    {
        var word = Index.Word();
        await shop.IndexAsync(
            Index.FullProduct($"{word} 1", "blue", "M"),
            Index.FullProduct($"{word} 2", "red", "M"),
            Index.FullProduct($"{word} 3", "green", "M"),
            Index.FullProduct($"{word} 4", "blue", "L")
        );
        (await shop.FindAsync(word, "&filter=color:blue&filter=Color:RED&filter=size:m")).Order().ShouldBe([$"{word} 1", $"{word} 2"]);
    }

    [Fact]
    public async Task A_product_with_the_same_value_in_many_variants_counts_once()
    {
        var word = Index.Word();
        var product = Index.FullProduct(word, "blue");
        var variant = product.Variants[0];
        await shop.IndexAsync(
            product with
            {
                Variants = [variant, variant with { Sku = variant.Sku + "-2", OptionValues = ["blue", "L"] }],
                Attributes = [new AttributeSnapshot("color", "Color", AttributeKind.Choice, "blue")],
            }
        );
        var page = await shop.PageAsync(word, "&facets=true");
        Index.CountsOf(page, "color").ShouldBe(["blue:1"]);
        Index.CountsOf(page, "size").ShouldBe(["L:1", "M:1"]);
    }

    [Fact]
    public async Task A_category_holds_what_stands_below_it_and_says_what_is_above()
    {
        var (root, leaf, other) = (Index.Word(), Index.Word(), Index.Word());
        await shop.IndexAsync(
            Index.FullProduct("a", "blue", path: [(root, "Root"), (leaf, "Leaf")]),
            Index.FullProduct("b", "blue", path: [(root, "Root"), (other, "Other")])
        );

        var page = (await shop.Client.GetFromJsonAsync<JsonNode>($"/api/v1/search?category={root}&filter=size:M&facets=true"))!;

        Index.TitlesOf(page).Order().ShouldBe(["a", "b"]);
        Index.CountsOf(page, "category").ShouldContain($"{root}:2");
        Index.CountsOf(page, "category").ShouldContain($"{leaf}:1");
        var values = page["facets"]!["facets"]![0]!["values"]!.AsArray();
        var below = values.Single(v => v!["value"]!.GetValue<string>() == leaf)!;
        below["parent"]!.GetValue<string>().ShouldBe(root);
        below["label"]!.GetValue<string>().ShouldBe("Leaf");
        values.Single(v => v!["value"]!.GetValue<string>() == root)!["selected"]!.GetValue<bool>().ShouldBeTrue();
        (await FindWithoutWordsAsync($"category={leaf}")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Prices_are_counted_in_steps_without_their_own_range()
    {
        var word = Index.Word();
        await shop.IndexAsync(
            Index.FullProduct($"{word} 1", "blue", price: 9_99),
            Index.FullProduct($"{word} 2", "blue", price: 12_00),
            Index.FullProduct($"{word} 3", "red", price: 30_00)
        );

        var page = await shop.PageAsync(word, "&facets=true&minPrice=1000&maxPrice=2000");

        Index.TitlesOf(page).ShouldBe([$"{word} 2"]);
        page["facets"]!["minPriceMinor"]!.GetValue<long>().ShouldBe(9_99);
        page["facets"]!["maxPriceMinor"]!.GetValue<long>().ShouldBe(30_00);
        page["facets"]!["prices"]!
            .AsArray()
            .Select(p => $"{p!["fromMinor"]}-{p["toMinor"]}:{p["count"]}")
            .ShouldBe(["500-1000:1", "1000-2500:1", "2500-5000:1"]);
        Index.CountsOf(page, "color").ShouldBe(["blue:1"]);
    }

    [Fact]
    public async Task What_can_be_bought_is_counted_and_filtered_and_put_first()
    {
        var word = Index.Word();
        var (sold, there) = (Index.FullProduct($"{word} {word} gone", "blue"), Index.FullProduct($"{word} there", "blue"));
        await shop.IndexAsync(sold, there);
        await shop.PublishAsync(new AvailabilityChanged([new(there.Variants[0].Sku, true, 1)]));
        await shop.HandledAsync(Index.Availability);

        (await shop.FindAsync(word, "&inStock=true")).ShouldBe([there.Title]);
        (await shop.FindAsync(word, "&inStockFirst=true&sort=newest"))[0].ShouldBe(there.Title);
        (await shop.PageAsync(word, "&facets=true"))["facets"]!["inStock"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public async Task What_a_snapshot_of_an_earlier_version_doesnt_tell_is_kept()
    {
        var word = Index.Word();
        var full = Index.FullProduct(word, "blue");
        await shop.IndexAsync(full);
        await shop.IndexAsync(
            full with
            {
                Title = $"{word} again",
                Version = 2,
                OptionNames = null,
                CategoryPath = null,
                Attributes = null,
                PublishedAt = null,
            }
        );
        var page = await shop.PageAsync(word, "&filter=color:blue&filter=material:wool&category=clothes&facets=true");
        Index.TitlesOf(page).ShouldBe([$"{word} again"]);
        Index.CountsOf(page, "category").ShouldBe(["clothes:1", "jackets:1"]);
    }

    [Theory]
    [InlineData("price", "1 2 3")]
    [InlineData("-price", "3 2 1")]
    [InlineData("newest", "2 3 1")]
    public async Task Results_come_in_the_order_asked_for_page_by_page(string sort, string expected)
    {
        var word = Index.Word();
        var day = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await shop.IndexAsync(
            Index.FullProduct($"{word} 1", "blue", price: 1_00, publishedAt: day),
            Index.FullProduct($"{word} 2", "blue", price: 2_00, publishedAt: day.AddDays(2)),
            Index.FullProduct($"{word} 3", "blue", price: 3_00, publishedAt: day.AddDays(1))
        );
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await shop.PageAsync(word, $"&sort={sort}&limit=1{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(Index.TitlesOf(page));
            cursor = page["nextCursor"]?.GetValue<string>();
        } while (cursor is not null);
        seen.ShouldBe(expected.Split(' ').Select(n => $"{word} {n}"));
    }

    [Fact]
    public async Task With_fewer_than_three_hits_what_was_meant_comes_after_what_was_typed()
    {
        var word = Index.Word()[..14];
        var typo = word[..4] + word[5..];
        await shop.IndexAsync(Index.Product($"{word} jacket"), Index.Product("by its description", typo));
        var page = await shop.PageAsync(typo);
        Index.TitlesOf(page).ShouldBe(["by its description", $"{word} jacket"]);
        page["meant"]!.GetValue<string>().ShouldBe(word);
    }

    [Fact]
    public async Task Three_hits_are_enough_however_few_of_them_a_page_shows()
    {
        var word = Index.Word()[..14];
        var typo = word[..4] + word[5..];
        await shop.IndexAsync([Index.Product($"{word} jacket"), .. Enumerable.Range(0, 3).Select(i => Index.Product($"hit {i}", typo))]);
        var page = await shop.PageAsync(typo, "&limit=1");
        page["meant"].ShouldBeNull();
        var seen = new List<string>(Index.TitlesOf(page));
        while (page["nextCursor"] is { } cursor)
        {
            page = await shop.PageAsync(typo, $"&limit=1&cursor={cursor}");
            seen.AddRange(Index.TitlesOf(page));
        }
        seen.Order(StringComparer.Ordinal).ShouldBe(["hit 0", "hit 1", "hit 2"]);
    }

    [Fact]
    public async Task Accents_make_no_difference()
    {
        var word = Index.Word();
        await shop.IndexAsync(Index.Product($"{word} Café Größe"));
        (await shop.FindAsync($"{word} cafe grosse")).ShouldHaveSingleItem();
        (await shop.FindAsync($"{word} CAFÉ")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_attribute_counts_more_than_the_description_and_less_than_the_title()
    {
        var word = Index.Word();
        await shop.IndexAsync(
            Index.Product("by description", word),
            Index.FullProduct("by attribute", "blue", material: word),
            Index.Product($"{word} by title")
        );
        (await shop.FindAsync(word)).ShouldBe([$"{word} by title", "by attribute", "by description"]);
    }

    [Theory]
    [InlineData("q=a&filter=color", "search.invalid_filter")]
    [InlineData("q=a&filter=:blue", "search.invalid_filter")]
    [InlineData("q=a&filter=color:", "search.invalid_filter")]
    [InlineData(
        "q=a&filter=a:1&filter=b:1&filter=c:1&filter=d:1&filter=e:1&filter=f:1&filter=g:1&filter=h:1&filter=i:1",
        "search.invalid_filter"
    )]
    [InlineData("q=a&minPrice=-1", "search.invalid_price")]
    [InlineData("q=a&minPrice=2&maxPrice=1", "search.invalid_price")]
    [InlineData("q=a&sort=cheapest", "search.invalid_sort")]
    [InlineData("inStock=true", "search.invalid_query")]
    public async Task A_filter_that_makes_no_sense_is_refused(string query, string code)
    {
        var response = await shop.Client.GetAsync($"/api/v1/search?{query}");
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(code);
    }

    private async Task<string[]> FindWithoutWordsAsync(string query) =>
        Index.TitlesOf((await shop.Client.GetFromJsonAsync<JsonNode>($"/api/v1/search?{query}"))!);
}
