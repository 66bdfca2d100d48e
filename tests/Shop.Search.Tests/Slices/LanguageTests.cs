namespace Shop.Search.Tests.Slices;

/// <summary>A shop that describes its products in German.</summary>
public sealed class GermanShop : ShopFixture
{
    /// <inheritdoc />
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["Search:Language"] = "german" };
}

public sealed class LanguageTests(GermanShop shop) : IClassFixture<GermanShop>
{
    [Fact]
    public async Task An_index_of_another_language_is_rebuilt_at_the_start_and_words_are_found_in_the_shops_own()
    {
        await Eventually.IsTrueAsync(
            "the index speaks German",
            async () => await shop.ScalarAsync<string>("select language from search.state") == "german"
        );
        var word = Index.Word();
        await shop.IndexAsync(Index.Product($"{word} Lampen für Häuser"));
        (await shop.FindAsync($"{word} Haus Lampe")).ShouldHaveSingleItem();
        // English keeps both apart.
        (await shop.ScalarAsync<bool>("select to_tsvector('english', 'Häuser') @@ to_tsquery('english', 'Haus')")).ShouldBeFalse();
    }
}
