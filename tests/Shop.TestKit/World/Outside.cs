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
        var all = (await world.Payments.GetFromJsonAsync<JsonNode>("/admin/ledger"))!["intents"]!.AsArray();
        var mine = all.Where(p => p!["metadata"]?["reference"]?.ToString() == checkoutId).ToArray();
        return new Ledger(
            mine.Length,
            mine.LastOrDefault()?["status"]?.ToString() ?? "",
            mine.Sum(p => p!["captured"]!.GetValue<long>()),
            mine.Sum(p => p!["refunded"]!.GetValue<long>())
        );
    }
}

/// <summary>What arrived at the mail server.</summary>
public static class Mailbox
{
    /// <summary>Mails to an address, once there are at least so many.</summary>
    public static async Task<int> CountAsync(ShopWorld world, string address, int atLeast)
    {
        var count = 0;
        await Eventually.IsTrueAsync(
            $"{atLeast} mail(s) to {address}",
            async () =>
            {
                var mails = await world.Mails.GetFromJsonAsync<JsonArray>($"/api/mails?to={Uri.EscapeDataString(address)}");
                count = mails?.Count ?? 0;
                return count >= atLeast;
            }
        );
        return count;
    }
}
