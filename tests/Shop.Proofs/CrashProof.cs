using System.Diagnostics;
using System.Net;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Kills the host at each named point of a purchase, starts it again, and looks whether everything ends well.</summary>
public static class CrashProof
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Where a purchase that goes well commits or calls outside, in its order.
    private static readonly string[] Paid =
    [
        .. Commits("CheckoutDbContext.save"),
        .. Commits("inventory.reserve-stock.v1"),
        .. Commits("inventory.stock-reserved.v1"),
        .. Calls("payments.authorize"),
        .. Commits("payments.payment-authorized.v1"),
        .. Commits("orders.place-order.v1"),
        .. Commits("orders.order-placed.v1"),
        .. Commits("inventory.commit-reservation.v1"),
        .. Commits("inventory.reservation-committed.v1"),
        .. Calls("payments.capture"),
        .. Commits("payments.payment-captured.v1"),
        .. Commits("orders.confirm-order.v1"),
        .. Commits("orders.order-confirmed.v1"),
    ];

    // The way back after a decline.
    private static readonly string[] Declined =
    [
        .. Commits("payments.payment-declined.v1"),
        .. Commits("inventory.release-reservation.v1"),
        .. Commits("inventory.reservation-released.v1"),
    ];

    /// <summary>All points, or with <c>--short</c> every fourth.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        var points = Paid.Select(point => (Point: point, Method: "pm_card_visa"))
            .Concat(Declined.Select(point => (point, "pm_card_chargeDeclined")))
            .Where((_, i) => !args.Contains("--short") || i % 4 == 1)
            .ToArray();
        await using var world = await ShopWorld.StartAsync();
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 10_999, 100_000));
        await world.Host.KillAsync();
        var table = new Table(("fault point", 46), ("hit", 5), ("ended as", 14), ("seconds", 8), ("books", 6));
        var (recovered, violations, slowest) = (0, 0, 0.0);
        foreach (var (point, method) in points)
        {
            var (hit, state, seconds) = await CrashAsync(world, point, method);
            var reconcile = await world.RunCommandAsync("reconcile", "--settle=30");
            await world.Host.KillAsync();
            var wanted = method == "pm_card_visa" ? "completed" : "compensated";
            if (hit && state == wanted && seconds <= Limit.TotalSeconds)
                recovered++;
            if (reconcile.ExitCode != 0)
            {
                violations++;
                Console.WriteLine(reconcile.Output);
            }
            slowest = Math.Max(slowest, seconds);
            table.Row(point, hit ? "yes" : "NO", state, $"{seconds:F1}", reconcile.ExitCode == 0 ? "agree" : "DIFFER");
        }
        return new Verdict(
            recovered == points.Length && violations == 0,
            $"{recovered} of {points.Length} points recovered, {violations} violations, slowest {slowest:F1} s"
        );
    }

    private static async Task<(bool Hit, string State, double Seconds)> CrashAsync(ShopWorld world, string point, string method)
    {
        await world.StartHostAsync(point);
        var shopper = new Shopper(world.Client);
        await shopper.FillCartAsync(("BOOT-42", 1));
        var key = Guid.CreateVersion7().ToString();
        var submitted = TrySubmitAsync(shopper, method, key);
        try
        {
            await world.Host.WaitForExitAsync(Limit);
        }
        catch (TimeoutException)
        {
            return (false, "not reached", 0);
        }
        await submitted;
        await world.StartHostAsync();
        var started = Stopwatch.GetTimestamp();
        // The shopper does not know what became of the request and sends it again, with its key.
        var answer = await TrySubmitAsync(shopper, method, key);
        var state = answer is null ? "no answer" : await EndAsync(shopper, answer);
        return (true, state, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task<string> EndAsync(Shopper shopper, Answer answer)
    {
        if (answer.Status == HttpStatusCode.UnprocessableEntity)
            return "compensated";
        try
        {
            var end = await Purchase.EndAsync(shopper, answer);
            return end["state"] ?? (end.Code is null ? $"{end.Status}" : "compensated");
        }
        catch (TimeoutException)
        {
            return (await shopper.GetCheckoutAsync(answer["id"]!))["state"] ?? "unknown";
        }
    }

    private static async Task<Answer?> TrySubmitAsync(Shopper shopper, string method, string key)
    {
        try
        {
            return await shopper.CheckOutAsync(method, key);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string[] Commits(string name) => [$"{name}:before-commit", $"{name}:after-commit"];

    private static string[] Calls(string name) => [$"{name}:before-call", $"{name}:after-call"];
}
