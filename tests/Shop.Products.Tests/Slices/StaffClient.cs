using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks;

namespace Shop.Products.Tests.Slices;

/// <summary>What staff do over HTTP.</summary>
internal static class StaffClient
{
    /// <summary>Sends JSON as staff.</summary>
    public static async Task<HttpResponseMessage> StaffAsync(
        this ShopFixture shop,
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = null
    )
    {
        await shop.WarmAsync();
        using var staff = shop.ClientAs(Policies.Staff);
        using var request = new HttpRequestMessage(method, "/api/v1/products" + path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await staff.SendAsync(request);
    }

    /// <summary>The same, and it must work.</summary>
    public static async Task<JsonNode> StaffDoesAsync(
        this ShopFixture shop,
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = null
    )
    {
        using var response = await shop.StaffAsync(method, path, body, ifMatch);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject();
    }

    /// <summary>The same, and it must be refused with this code.</summary>
    public static async Task StaffIsRefusedAsync(
        this ShopFixture shop,
        int status,
        string code,
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = null
    )
    {
        using var response = await shop.StaffAsync(method, path, body, ifMatch);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        text.ShouldContain(code);
    }

    public static string Text(this JsonNode node, string member) => node[member]!.GetValue<string>();

    public static IEnumerable<string> Slugs(this JsonNode page) => page["items"]!.AsArray().Select(i => i!.Text("slug"));
}
