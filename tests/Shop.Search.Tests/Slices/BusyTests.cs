using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Search.Features;

namespace Shop.Search.Tests.Slices;

/// <summary>With a shop of its own, for nobody else can search in it meanwhile.</summary>
public sealed class BusyTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public Task A_search_for_which_there_is_no_room_is_told_to_come_back() => RefusedAsync<SearchGate>("/api/v1/search?q=tent");

    [Fact]
    public Task Letters_for_which_there_is_no_room_are_told_to_come_back() =>
        RefusedAsync<SuggestionGate>("/api/v1/search/suggestions?q=te");

    [Fact]
    public async Task A_search_is_planned_once_and_not_for_the_words_at_hand()
    {
        foreach (var word in new[] { "tent", "rope", "stove" })
            await shop.Client.GetStringAsync($"/api/v1/search?q={word}", TestContext.Current.CancellationToken);

        // Whichever connections they went through, all that rest are asked.
        var (once, each) = (0L, 0L);
        var pool = shop.Services.GetRequiredKeyedService<NpgsqlDataSource>("search");
        var connections = new List<NpgsqlConnection>();
        for (var i = 0; i < 6; i++)
        {
            connections.Add(await pool.OpenConnectionAsync(TestContext.Current.CancellationToken));
            await using var command = new NpgsqlCommand(
                "select coalesce(sum(generic_plans), 0)::bigint, coalesce(sum(custom_plans), 0)::bigint from pg_prepared_statements "
                    + "where statement like '%search.items%'",
                connections[^1]
            );
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            await reader.ReadAsync(TestContext.Current.CancellationToken);
            (once, each) = (once + reader.GetInt64(0), each + reader.GetInt64(1));
        }
        foreach (var connection in connections)
            await connection.DisposeAsync();

        once.ShouldBeGreaterThanOrEqualTo(3);
        each.ShouldBe(0);
    }

    private async Task RefusedAsync<TGate>(string path)
        where TGate : Turns
    {
        var gate = shop.Services.GetRequiredService<TGate>();
        using var leaving = new CancellationTokenSource();
        var crowd = new List<Task<RateLimitLease>>();
        for (var i = 0; i < 204; i++)
            crowd.Add(gate.EnterAsync(leaving.Token).AsTask());

        var answer = await shop.Client.GetAsync(path, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["code"]!
            .ToString()
            .ShouldBe("search.busy");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        crowd.Count(c => c.IsCompleted).ShouldBe(4);
        await leaving.CancelAsync();
        foreach (var turn in crowd.Where(c => c.IsCompletedSuccessfully))
            (await turn).Dispose();
    }
}
