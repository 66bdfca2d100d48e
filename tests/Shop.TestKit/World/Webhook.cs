using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Shop.LocalServices.Payments;

namespace Shop.TestKit.World;

/// <summary>Events as the payment provider tells them, or somebody who would like to be taken for it.</summary>
public static class Webhook
{
    /// <summary>The event that a payment is authorised.</summary>
    /// <param name="intent">The payment in the provider's own words.</param>
    public static JsonObject Authorized(JsonNode intent) =>
        new()
        {
            ["id"] = $"evt_{Guid.CreateVersion7():N}",
            ["object"] = "event",
            ["type"] = "payment_intent.amount_capturable_updated",
            ["data"] = new JsonObject
            {
                ["object"] = new JsonObject
                {
                    ["id"] = intent["id"]!.DeepClone(),
                    ["object"] = "payment_intent",
                    ["status"] = "requires_capture",
                    ["amount"] = intent["amount"]!.DeepClone(),
                    ["amount_capturable"] = intent["amount"]!.DeepClone(),
                    ["currency"] = intent["currency"]!.DeepClone(),
                    ["metadata"] = intent["metadata"]!.DeepClone(),
                },
            },
        };

    /// <summary>Sends an event to the shop.</summary>
    /// <param name="world">The shop.</param>
    /// <param name="happened">The event.</param>
    /// <param name="secret">What it is signed with; the provider's secret when null.</param>
    public static async Task<HttpStatusCode> TellAsync(ShopWorld world, JsonNode happened, string? secret = null)
    {
        var body = happened.ToJsonString();
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var key = Encoding.UTF8.GetBytes(secret ?? PaymentSimulator.DefaultWebhookSecret);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{time}.{body}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/payments/webhooks/stripe")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={time},v1={signature}");
        using var answer = await world.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
