using System.Net;
using Shop.Inventory.Contracts;

namespace Shop.Search.Tests.Slices;

public sealed class SearchProductsTests(ShopFixture shop)
{
    [Fact]
    public async Task The_title_counts_more_than_the_vendor_and_the_vendor_more_than_the_description()
    {
        var word = Index.Word();
        await shop.IndexAsync(
            Index.Product("by description", $"made of {word}"),
            Index.Product($"{word} by title"),
            Index.Product("by vendor", vendor: word)
        );
        (await shop.FindAsync(word)).ShouldBe([$"{word} by title", "by vendor", "by description"]);
    }

    [Fact]
    public async Task A_word_is_found_in_any_of_its_forms()
    {
        var word = Index.Word();
        await shop.IndexAsync(Index.Product($"{word} hiking boots"));
        (await shop.FindAsync($"{word} boot hikes")).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sku_or_barcode_typed_whole_finds_its_product_first(bool barcode)
    {
        var code = Index.Word();
        await shop.IndexAsync(
            Index.Product($"{code} {code} in the title"),
            Index.Product("has the code", sku: barcode ? null : code, barcode: barcode ? code[..32] : null)
        );
        (await shop.FindAsync(barcode ? code[..32] : code.ToUpperInvariant()))[0].ShouldBe("has the code");
    }

    [Fact]
    public async Task A_category_narrows_the_results()
    {
        var word = Index.Word();
        await shop.IndexAsync(Index.Product($"{word} a", category: "boots"), Index.Product($"{word} b", category: "hats"));
        (await shop.FindAsync(word, "&category=hats")).ShouldBe([$"{word} b"]);
        (await shop.FindAsync(word, "&category=none")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_show_each_product_once_though_new_ones_come_in()
    {
        var word = Index.Word();
        var products = Enumerable.Range(0, 10).Select(i => Index.Product($"{word} {i}")).ToArray();
        await shop.IndexAsync(products);

        var seen = new List<string>();
        var page = await shop.PageAsync(word, "&limit=4");
        seen.AddRange(Index.TitlesOf(page));
        await shop.IndexAsync(Index.Product($"{word} late"));
        while (page["nextCursor"] is { } cursor)
        {
            page = await shop.PageAsync(word, $"&limit=4&cursor={cursor}");
            seen.AddRange(Index.TitlesOf(page));
        }

        seen.ShouldBeUnique();
        seen.Except([$"{word} late"]).Order().ShouldBe(products.Select(p => p.Title).Order());
    }

    [Fact]
    public async Task Who_mistypes_still_finds_it()
    {
        var word = Index.Word()[..12];
        await shop.IndexAsync(Index.Product($"{word} jacket of Thermopolis"));
        (await shop.FindAsync($"Termopolis {word[..^1]}")).ShouldBe([$"{word} jacket of Thermopolis"]);
    }

    [Fact]
    public async Task Pages_of_what_was_meant_go_on_with_it()
    {
        var word = Index.Word()[..14];
        await shop.IndexAsync([.. Enumerable.Range(0, 5).Select(i => Index.Product($"{word} {i}"))]);
        var typo = word[..4] + word[5..];
        var first = await shop.PageAsync(typo, "&limit=3");
        var second = await shop.PageAsync(typo, $"&limit=3&cursor={first["nextCursor"]}");
        Index.TitlesOf(first).Concat(Index.TitlesOf(second)).Order().ShouldBe(Enumerable.Range(0, 5).Select(i => $"{word} {i}"));
        second["nextCursor"].ShouldBeNull();
    }

    [Fact]
    public async Task A_result_says_whether_any_variant_can_be_bought()
    {
        var word = Index.Word();
        var product = Index.Product(word);
        await shop.IndexAsync(product);
        (await shop.PageAsync(word))["items"]![0]!["available"]!.GetValue<bool>().ShouldBeFalse();

        await shop.PublishAsync(new AvailabilityChanged([new(product.Variants[1].Sku, true, 1)]));
        await shop.HandledAsync(Index.Availability);

        var hit = (await shop.PageAsync(word))["items"]![0]!;
        hit["available"]!.GetValue<bool>().ShouldBeTrue();
        hit["priceFrom"]!["minor"]!.GetValue<long>().ShouldBe(19_99);
    }

    [Theory]
    [InlineData("/api/v1/search", "search.invalid_query")]
    [InlineData("/api/v1/search?q=%20", "search.invalid_query")]
    [InlineData("/api/v1/search?q=a%00b", "shop.bad_request")]
    [InlineData("/api/v1/search?q=a%01b", "search.invalid_query")]
    [InlineData("/api/v1/search?q=boots&cursor=nonsense", "search.unknown_cursor")]
    [InlineData("/api/v1/search?q=boots&cursor=dDEy", "search.unknown_cursor")]
    [InlineData("/api/v1/search/suggestions", "search.invalid_query")]
    public async Task A_question_that_makes_no_sense_is_refused(string path, string code)
    {
        var response = await shop.Client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(code);
    }

    [Fact]
    public async Task A_question_of_a_hundred_characters_is_the_longest()
    {
        (await shop.Client.GetAsync($"/api/v1/search?q={new string('x', 100)}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shop.Client.GetAsync($"/api/v1/search?q={new string('x', 101)}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("the")]
    [InlineData("a & | ! ( ) : * ' \" \\ %")]
    [InlineData("-")]
    [InlineData("'; drop table search.items; --")]
    public async Task Signs_and_stop_words_are_words_like_any_other(string query) =>
        (await shop.Client.GetAsync($"/api/v1/search?q={Uri.EscapeDataString(query)}")).StatusCode.ShouldBe(HttpStatusCode.OK);
}
