using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Carts.Tests;

/// <summary>What staff do, through the API.</summary>
internal static class Staff
{
    /// <summary>Offers a promotion of 10 %, with what is said about it changed.</summary>
    public static async Task<(Guid Id, string Code)> PromoteAsync(this ShopFixture shop, Action<JsonObject>? change = null)
    {
        var code = "CODE-" + Guid.NewGuid().ToString("N")[..10].ToUpperInvariant();
        var body = new JsonObject
        {
            ["name"] = "Ten percent",
            ["kind"] = "percentage",
            ["basisPoints"] = 1000,
            ["code"] = code,
        };
        change?.Invoke(body);
        var created = await shop.SendAsync(HttpMethod.Post, "promotions", body);
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        return (Guid.Parse((await created.JsonAsync())["id"]!.GetValue<string>()), code);
    }

    /// <summary>Offers a limited promotion by a code.</summary>
    public static async Task<Guid> OfferAsync(this ShopFixture shop, int? usageLimit = null, int? customerLimit = null) =>
        (
            await shop.PromoteAsync(p =>
            {
                p["usageLimit"] = usageLimit;
                p["customerLimit"] = customerLimit;
            })
        ).Id;

    /// <summary>A staff member's request below <c>/api/v1/carts/</c>.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this ShopFixture shop,
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string? ifMatch = null,
        string role = Policies.Staff
    )
    {
        using var client = shop.ClientAs(role);
        using var request = new HttpRequestMessage(method, "/api/v1/carts/" + path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
}
