using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.Products.Contracts;

namespace Shop.Search.Tests.Slices;

public sealed class SuggestTitlesTests(ShopFixture shop)
{
    [Fact]
    public async Task Titles_that_begin_so_come_before_titles_with_such_a_word()
    {
        var word = Index.Word()[..14];
        await shop.IndexAsync(Index.Product($"Old {word} jacket"), Index.Product($"{word} jacket"));
        (await SuggestAsync(word[..^3])).ShouldBe([$"{word} jacket", $"Old {word} jacket"]);
    }

    [Fact]
    public async Task Who_mistypes_is_suggested_what_was_meant()
    {
        var word = Index.Word()[..14];
        await shop.IndexAsync(Index.Product($"{word} jacket"));
        (await SuggestAllAsync(word[..4] + word[5..])).ShouldBe([$"spelling {word}", $"product {word} jacket"]);
    }

    [Fact]
    public async Task Categories_that_hold_products_come_before_products()
    {
        var word = Index.Word()[..14];
        var (sold, gone) = (
            Index.FullProduct(word, "blue", path: [(word, $"Éclair {word}")]),
            Index.FullProduct(word, "blue", path: [($"{word}-2", $"Eclair {word} 2")])
        );
        await shop.IndexAsync(sold, gone);
        await shop.PublishAsync(new ProductUnpublished(gone.ProductId, 2));
        await shop.HandledAsync(Index.Unpublished);
        await shop.IndexAsync(Index.Product($"eclair {word} of a baker"));
        (await SuggestAllAsync($"eclair {word[..^2]}")).ShouldBe([$"category Éclair {word}", $"product eclair {word} of a baker"]);
    }

    [Fact]
    public async Task Accents_may_be_typed_or_left_out()
    {
        var word = Index.Word()[..14];
        await shop.IndexAsync(Index.FullProduct($"Böß{word} hat", "blue", path: [(word, $"Éclair{word}")]));
        foreach (var typed in new[] { $"Böß{word}", $"boss{word}", $"böß{word} HA", $"BÖß{word}" })
            (await SuggestAllAsync(typed)).ShouldBe([$"product Böß{word} hat"]);
        foreach (var typed in new[] { $"Éclair{word}", $"eclair{word}", $"ÉCLAIR{word[..^2]}" })
            (await SuggestAllAsync(typed)).ShouldBe([$"category Éclair{word}"]);
    }

    [Fact]
    public async Task No_more_than_ten_are_suggested_and_none_twice()
    {
        var word = Index.Word()[..14];
        await shop.IndexAsync([.. Enumerable.Range(0, 15).Select(i => Index.Product($"{word} {i}"))]);
        var titles = await SuggestAsync(word.ToUpperInvariant());
        titles.Length.ShouldBe(10);
        titles.ShouldBeUnique();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("%")]
    [InlineData("__")]
    [InlineData("\\")]
    public async Task Any_first_character_is_answered(string typed) => await SuggestAsync(typed);

    [Fact]
    public async Task A_percent_sign_is_no_wildcard()
    {
        var title = $@"{Index.Word()} 5\_% off";
        await shop.IndexAsync(Index.Product(title));
        foreach (var typed in new[] { "%_", "%%%", "___" })
            (await SuggestAsync(typed)).ShouldBeEmpty();
        (await SuggestAsync(@"5\_% O")).ShouldBe([title]);
    }

    private async Task<string[]> SuggestAsync(string typed) =>
        [
            .. (await SuggestAllAsync(typed))
                .Where(s => s.StartsWith("product ", StringComparison.Ordinal))
                .Select(s => s["product ".Length..]),
        ];

    /// <summary>As <c>kind title</c>.</summary>
    private async Task<string[]> SuggestAllAsync(string typed)
    {
        var found = await shop.Client.GetFromJsonAsync<JsonArray>($"/api/v1/search/suggestions?q={Uri.EscapeDataString(typed)}");
        return [.. found!.Select(s => $"{s!["kind"]} {s["title"]}")];
    }
}
