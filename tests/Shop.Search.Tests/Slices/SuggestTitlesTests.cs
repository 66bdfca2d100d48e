using System.Net.Http.Json;
using System.Text.Json.Nodes;

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
        (await SuggestAsync(word[..4] + word[5..])).ShouldBe([$"{word} jacket"]);
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
        await shop.IndexAsync(Index.Product(Index.Word()));
        (await SuggestAsync("%_")).ShouldBeEmpty();
    }

    private async Task<string[]> SuggestAsync(string typed)
    {
        var found = await shop.Client.GetFromJsonAsync<JsonArray>($"/api/v1/search/suggestions?q={Uri.EscapeDataString(typed)}");
        return [.. found!.Where(s => s!["kind"]!.GetValue<string>() == "product").Select(s => s!["title"]!.GetValue<string>())];
    }
}
