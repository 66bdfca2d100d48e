using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Search.Features;

namespace Shop.Search.Tests.Slices;

public sealed class MissedSearchesTests(ShopFixture shop)
{
    [Fact]
    public async Task Staff_see_what_was_looked_for_in_vain_and_how_often()
    {
        var word = Index.Word();
        await shop.FindAsync($"  {word.ToUpperInvariant()}   boots ");
        await shop.FindAsync($"{word} boots");
        await shop.FindAsync($"{word} boots", "&category=hats");
        await WriteAsync();

        var found = (await MissedAsync()).Single(m => m!["text"]!.GetValue<string>() == $"{word} boots")!;
        found["count"]!.GetValue<long>().ShouldBe(2);
    }

    [Theory]
    [InlineData("somebody@shop.test {0}")]
    [InlineData("+49 30 123456 {0}")]
    [InlineData("4012-3456 {0}")]
    public async Task What_looks_like_a_person_is_not_kept(string query)
    {
        var word = Index.Word();
        await shop.FindAsync(string.Format(null, query, word));
        await WriteAsync();
        (await shop.ScalarAsync<long>("select count(*) from search.missed_searches where text like $1", $"%{word}%")).ShouldBe(0);
    }

    [Fact]
    public async Task Pages_of_missed_searches_show_each_once()
    {
        var word = Index.Word();
        for (var i = 0; i < 3; i++)
            await shop.FindAsync($"{word} {(char)('a' + i)}x");
        await WriteAsync();
        var seen = new List<string>();
        string? cursor = null;
        using var staff = shop.ClientAs(Policies.Staff);
        do
        {
            var page = await staff.GetFromJsonAsync<JsonNode>(
                $"/api/v1/search/missed?limit=1{(cursor is null ? "" : "&cursor=" + cursor)}"
            );
            seen.AddRange(page!["items"]!.AsArray().Select(m => m!["text"]!.GetValue<string>()));
            cursor = page["nextCursor"]?.GetValue<string>();
        } while (cursor is not null);
        seen.ShouldBeUnique();
        seen.Where(t => t.StartsWith(word, StringComparison.Ordinal)).ShouldBe([$"{word} ax", $"{word} bx", $"{word} cx"]);
    }

    [Theory]
    [InlineData("from=2026-02-01&to=2026-01-01", "search.invalid_range")]
    [InlineData("from=2025-01-01&to=2026-01-01", "search.invalid_range")]
    [InlineData("cursor=nonsense", "search.unknown_cursor")]
    public async Task A_range_that_makes_no_sense_is_refused(string query, string code)
    {
        using var staff = shop.ClientAs(Policies.Staff);
        var response = await staff.GetAsync($"/api/v1/search/missed?{query}");
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(code);
    }

    [Fact]
    public async Task The_first_days_of_the_calendar_can_be_asked_for()
    {
        using var staff = shop.ClientAs(Policies.Staff);
        (await staff.GetAsync("/api/v1/search/missed?to=0001-01-05")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Missed_searches_are_for_staff()
    {
        (await shop.Client.GetAsync("/api/v1/search/missed")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var customer = shop.ClientAs(Policies.Customer);
        (await customer.GetAsync("/api/v1/search/missed")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private Task WriteAsync() => shop.Services.GetRequiredService<MissedSearches>().WriteAsync(TestContext.Current.CancellationToken);

    private async Task<JsonArray> MissedAsync()
    {
        using var staff = shop.ClientAs(Policies.Staff);
        return (await staff.GetFromJsonAsync<JsonNode>("/api/v1/search/missed?limit=100"))!["items"]!.AsArray();
    }
}
