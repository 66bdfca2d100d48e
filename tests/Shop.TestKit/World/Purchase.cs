using System.Net;

namespace Shop.TestKit.World;

/// <summary>Follows a purchase to its end.</summary>
public static class Purchase
{
    /// <summary>The answer itself when it is final, else the checkout once it ended; a failed one carries its code as a problem would.</summary>
    public static async Task<Answer> EndAsync(Shopper shopper, Answer submitted) =>
        submitted.Status == HttpStatusCode.Accepted
            ? await Eventually.GetAsync("the purchase ends", () => EndedAsync(shopper, submitted["id"]!))
            : submitted;

    private static async Task<Answer?> EndedAsync(Shopper shopper, string id)
    {
        var seen = await shopper.GetCheckoutAsync(id);
        return seen["state"] switch
        {
            "completed" => seen,
            "compensated" => seen with { Body = seen.Body!["failure"] },
            _ => null,
        };
    }
}
