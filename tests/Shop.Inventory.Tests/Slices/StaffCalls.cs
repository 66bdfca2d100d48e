using System.Net.Http.Json;
using System.Text.Json;
using Shop.BuildingBlocks;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

/// <summary>What staff do through the public API.</summary>
public static class StaffCalls
{
    /// <summary>
    /// Sends a request with a key of its own, or this one. An answer that is not about the request, such as a time-out on a busy machine, is
    /// asked for again: that is what the key is for.
    /// </summary>
    public static Task<HttpResponseMessage> SendAsync(
        this HttpClient staff,
        HttpMethod method,
        string path,
        object body,
        string? key = null,
        string? ifMatch = null
    )
    {
        key ??= Guid.CreateVersion7().ToString();
        return Eventually.GetAsync(
            $"an answer to {method} {path}",
            async () =>
            {
                using var request = new HttpRequestMessage(method, $"/api/v1/inventory/{path}") { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                if (ifMatch is not null)
                    request.Headers.Add("If-Match", ifMatch);
                var response = await staff.SendAsync(request);
                return (int)response.StatusCode < 500 ? response : null;
            }
        );
    }

    public static async Task<T> ReadAsync<T>(this Task<HttpResponseMessage> sent)
    {
        var response = await sent;
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<T>())!;
    }

    public static async Task ShouldFailAsync(this Task<HttpResponseMessage> sent, int status, string code)
    {
        var response = await sent;
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        ((int)response.StatusCode).ShouldBe(status, problem.ToString());
        problem.GetProperty("code").GetString().ShouldBe(code);
    }

    public static async Task<StockLevel> StockLevelAsync(this HttpClient staff, string sku) =>
        (await staff.GetFromJsonAsync<StockLevel>($"/api/v1/inventory/levels/{sku}"))!;

    /// <summary>Opens a location from which holds take after the main one unless said otherwise.</summary>
    public static async Task<LocationView> OpenLocationAsync(this HttpClient staff, int priority = 5) =>
        await staff
            .SendAsync(HttpMethod.Post, "locations", new CreateLocation($"Location {Guid.CreateVersion7():N}", priority))
            .ReadAsync<LocationView>();

    public static Task<HttpResponseMessage> AdjustAsync(this HttpClient staff, AdjustStock change, string? key = null) =>
        staff.SendAsync(HttpMethod.Post, "adjustments", change, key);

    public static Task<HttpResponseMessage> MoveAsync(this HttpClient staff, MoveStock move, string? key = null) =>
        staff.SendAsync(HttpMethod.Post, "moves", move, key);

    public static Task<HttpResponseMessage> SetPolicyAsync(this HttpClient staff, string sku, StockPolicy policy, string? ifMatch = null) =>
        staff.SendAsync(HttpMethod.Put, $"levels/{sku}/policy", policy, ifMatch: ifMatch);
}
