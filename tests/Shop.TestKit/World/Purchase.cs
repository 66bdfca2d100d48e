using System.Diagnostics;
using System.Net;

namespace Shop.TestKit.World;

/// <summary>Follows a purchase to its end.</summary>
public static class Purchase
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>The answer itself when it is final, else the checkout once it ended; a failed one carries its code as a problem would.</summary>
    /// <exception cref="TimeoutException">It did not end within a minute.</exception>
    public static async Task<Answer> EndAsync(Shopper shopper, Answer submitted) =>
        submitted.Status == HttpStatusCode.Accepted
            ? await PatientlyAsync("the purchase ends", () => EndedAsync(shopper, submitted["id"]!))
            : submitted;

    /// <summary>The purchase once it is in one of these states, which the first answer need not have seen.</summary>
    /// <exception cref="TimeoutException">It was not seen in any of them within a minute.</exception>
    public static async Task<Answer> SeenAsync(Shopper shopper, Answer submitted, params string?[] states) =>
        states.Contains(submitted["state"])
            ? submitted
            : await PatientlyAsync(
                $"the purchase is {string.Join(" or ", states)}",
                async () =>
                {
                    var seen = await AnsweredAsync(() => shopper.GetCheckoutAsync(submitted["id"]!));
                    // Accepted, as the first answer said: seen later, it is no more at its end than then.
                    return seen is not null && states.Contains(seen["state"]) ? seen with { Status = submitted.Status } : null;
                }
            );

    /// <summary>The purchase once it waits for its payer, which the first answer need not have seen.</summary>
    /// <exception cref="TimeoutException">The payer was not asked to act within a minute.</exception>
    public static Task<Answer> PendingAsync(Shopper shopper, Answer submitted) => SeenAsync(shopper, submitted, "payment_pending");

    /// <summary>
    /// Buys as a real client does. Whoever gets no answer, or "busy", sends the same request again with the same key; a purchase that came
    /// to nothing because the payment service was away is over, so the next try has a key of its own.
    /// </summary>
    /// <exception cref="TimeoutException">The shop gave no final answer within a minute.</exception>
    public static Task<Answer> InsistAsync(Shopper shopper, string paymentMethod = "pm_card_visa", string? key = null)
    {
        key ??= NewKey();
        return PatientlyAsync("the shop gives a final answer", TryAsync);

        async Task<Answer?> TryAsync()
        {
            var answer = await AnsweredAsync(() => shopper.CheckOutAsync(paymentMethod, key));
            if (answer is null or { Status: HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout })
                return null;
            var end = await EndAsync(shopper, answer);
            if (end.Code != "payments.provider_unavailable")
                return end;
            key = NewKey();
            return null;
        }
    }

    /// <summary>A new idempotency key.</summary>
    public static string NewKey() => Guid.CreateVersion7().ToString();

    /// <summary>Null when no answer came.</summary>
    public static async Task<Answer?> AnsweredAsync(Func<Task<Answer>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    // A crowd that asks every few milliseconds would be a load of its own, so each waits longer from one look to the next.
    private static async Task<Answer> PatientlyAsync(string what, Func<Task<Answer?>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (await ask() is { } answer)
                return answer;
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"Not within {Limit.TotalSeconds} s: {what}");
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble() / 2));
        }
    }

    private static async Task<Answer?> EndedAsync(Shopper shopper, string id)
    {
        var seen = await AnsweredAsync(() => shopper.GetCheckoutAsync(id));
        return seen?["state"] switch
        {
            "completed" => seen,
            "compensated" => seen with { Body = seen.Body!["failure"] },
            _ => null,
        };
    }
}
