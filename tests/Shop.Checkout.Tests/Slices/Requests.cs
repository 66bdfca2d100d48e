using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shop.BuildingBlocks.Contracts;
using Shop.Checkout.Domain;
using Shop.Checkout.Features;
using Shop.Checkout.Tests.Unit;

namespace Shop.Checkout.Tests.Slices;

/// <summary>Requests as clients write them.</summary>
internal static class Requests
{
    public static PostalAddress Address => new("Ada Byron", "Hauptstrasse 1", null, "10115", "Berlin", "DE");

    public static StartCheckout Buy(Guid cartId, string paymentMethod = "pm_card_visa") =>
        new(cartId, "ada@example.com", Address, null, paymentMethod);

    /// <summary>A purchase that a guest with this token started by this request.</summary>
    public static CheckoutState StartedBy(this CheckoutState purchase, StartCheckout request, string token, string key)
    {
        var guest = new Shopper(null, token);
        return purchase with
        {
            CartId = request.CartId,
            Scope = guest.Scope,
            CartTokenHash = guest.CartTokenHash,
            IdempotencyKey = key,
            RequestHash = request.Hash(),
        };
    }

    /// <summary>Sends a request to buy.</summary>
    public static async Task<HttpResponseMessage> BuyAsync(this HttpClient client, object request, string? key, string? token = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/checkouts") { Content = JsonContent.Create(request) };
        if (key is not null)
            message.Headers.Add("Idempotency-Key", key);
        if (token is not null)
            message.Headers.Add(Shopper.CartTokenHeader, token);
        return await client.SendAsync(message);
    }

    /// <summary>Gets as the guest with this token.</summary>
    public static async Task<HttpResponseMessage> GetAsGuestAsync(this HttpClient client, string path, string? token)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            message.Headers.Add(Shopper.CartTokenHeader, token);
        return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The body as JSON.</summary>
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonNode>())!;

    /// <summary>The problem's stable code.</summary>
    public static async Task<string?> CodeAsync(this HttpResponseMessage response) => (string?)(await response.JsonAsync())["code"];
}
