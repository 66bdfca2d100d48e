using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
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

    private async Task RefusedAsync<TGate>(string path)
        where TGate : Turns
    {
        var gate = shop.Services.GetRequiredService<TGate>();
        using var leaving = new CancellationTokenSource();
        var crowd = new List<Task>();
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
    }
}
