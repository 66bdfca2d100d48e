using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Shop.TestKit.World;

/// <summary>What the payment provider's own ledger says about one purchase.</summary>
/// <param name="Count">Payments for it.</param>
/// <param name="Status">State of the last one, in the provider's words.</param>
/// <param name="Captured">Minor units taken, over all of them.</param>
/// <param name="Refunded">Minor units given back.</param>
public sealed record Ledger(int Count, string Status, long Captured, long Refunded)
{
    /// <summary>Reads the ledger.</summary>
    public static async Task<Ledger> ReadAsync(ShopWorld world, string checkoutId)
    {
        var mine = await IntentsAsync(world, checkoutId);
        return new Ledger(
            mine.Count,
            mine.LastOrDefault()?["status"]?.ToString() ?? "",
            mine.Sum(p => p["captured"]!.GetValue<long>()),
            mine.Sum(p => p["refunded"]!.GetValue<long>())
        );
    }

    /// <summary>The payments of one purchase, as the provider keeps them.</summary>
    public static async Task<IReadOnlyList<JsonNode>> IntentsAsync(ShopWorld world, string checkoutId)
    {
        var all = (await world.Payments.GetFromJsonAsync<JsonNode>("/admin/ledger"))!["intents"]!.AsArray();
        return [.. all.OfType<JsonNode>().Where(p => p["metadata"]?["reference"]?.ToString() == checkoutId)];
    }
}

/// <summary>What arrived at the mail server.</summary>
public static class Mailbox
{
    /// <summary>Mails to an address, once there are at least so many and the shop has none left for it.</summary>
    public static async Task<int> CountAsync(ShopWorld world, string address, int atLeast)
    {
        const string Open = "select count(*) from notifications.notifications where recipient = $1 and status in ('queued', 'sending')";
        await Eventually.IsTrueAsync(
            $"{atLeast} mail(s) to {address}, and none under way",
            async () => await CountAsync(world, address) >= atLeast && await world.ScalarAsync<long>(Open, address) == 0
        );
        return await CountAsync(world, address);
    }

    private static async Task<int> CountAsync(ShopWorld world, string address) =>
        (await world.Mails.GetFromJsonAsync<JsonArray>($"/api/mails?to={Uri.EscapeDataString(address)}"))!.Count;
}

/// <summary>The payer at the bank's page.</summary>
public static class Payer
{
    /// <summary>Proves to be who they are, or fails to. The bank takes the first answer; another one changes nothing.</summary>
    /// <param name="world">The shop.</param>
    /// <param name="actionUrl">Where the shop sent them.</param>
    /// <param name="passes">False: they press the other button.</param>
    public static async Task AuthenticateAsync(ShopWorld world, string actionUrl, bool passes = true)
    {
        var page = new UriBuilder(actionUrl);
        page.Path += passes ? "/complete" : "/fail";
        (await world.Payments.PostAsync(page.Uri, null)).Dispose();
    }
}

/// <summary>The shop's own people at the provider's desk, behind the shop's back.</summary>
public static class ProviderDesk
{
    /// <summary>Lets go of what is set aside for a purchase. What is let go of already stays so.</summary>
    public static async Task CancelAsync(ShopWorld world, string checkoutId)
    {
        foreach (var intent in await Ledger.IntentsAsync(world, checkoutId))
        {
            using var cancel = new HttpRequestMessage(HttpMethod.Post, $"/v1/payment_intents/{intent["id"]}/cancel");
            cancel.Headers.Authorization = new("Bearer", TestSettings.All["Payments:Stripe:SecretKey"]);
            using var answer = await world.Payments.SendAsync(cancel);
            if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.BadRequest)
                throw new InvalidOperationException($"The desk answers {(int)answer.StatusCode}.");
        }
    }
}
