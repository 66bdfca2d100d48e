using System.Diagnostics;
using System.Net;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Kills the host at each named point of a purchase, starts it again, and looks whether everything ends well.</summary>
public static class CrashProof
{
    // Coprime to the pairs that points come in, so that the short run sees before and after.
    private const int ShortStep = 13;
    private const int ShortFirst = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>All points; with <c>--short</c> a few of each story; with words only those whose names contain one of them.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        string[] words = [.. args.Where(a => !a.StartsWith("--", StringComparison.Ordinal))];
        var points = CrashStory
            .All.SelectMany(story =>
                story
                    .Points.SelectMany(p => p)
                    .Where((_, i) => !args.Contains("--short") || i % ShortStep == ShortFirst)
                    .Select(point => (Story: story, Point: point))
            )
            .Where(p => words.Length == 0 || words.Any($"{p.Story.Name} {p.Point}".Contains))
            .ToArray();
        await using var world = await ShopWorld.StartAsync();
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync((CrashStory.InStock, 10_999, 100_000), (CrashStory.SoldOut, 10_999, 0));
        await world.Host.KillAsync();
        var table = new Table(
            ("purchase", 10),
            ("fault point", 50),
            ("hit", 4),
            ("ended as", 12),
            ("seconds", 7),
            ("mails", 5),
            ("books", 6)
        );
        var (recovered, violations, slowest) = (0, 0, 0.0);
        foreach (var (story, point) in points)
        {
            var (hit, state, seconds, mails) = await CrashAsync(world, story, point);
            var reconcile = await world.ReconcileAsync(Limit);
            await world.Host.KillAsync();
            if (hit && state == story.Ends && seconds <= Limit.TotalSeconds)
                recovered++;
            // A mail is sent at least once, and at most twice.
            if (reconcile.ExitCode != 0 || (state == "completed" && mails is < 1 or > 2))
            {
                violations++;
                Console.WriteLine(reconcile.Output);
            }
            slowest = Math.Max(slowest, seconds);
            table.Row(
                story.Name,
                point,
                hit ? "yes" : "NO",
                state,
                $"{seconds:F1}",
                $"{mails}",
                reconcile.ExitCode == 0 ? "agree" : "DIFFER"
            );
        }
        return new Verdict(
            points.Length > 0 && recovered == points.Length && violations == 0,
            $"{recovered} of {points.Length} points recovered, {violations} violations, slowest {slowest:F1} s"
        );
    }

    private static async Task<(bool Hit, string State, double Seconds, int Mails)> CrashAsync(
        ShopWorld world,
        CrashStory story,
        string point
    )
    {
        await world.StartHostAsync(point);
        var shopper = story.SignedIn ? await Shopper.RegisterAsync(world.Client) : new Shopper(world.Client);
        await shopper.FillCartAsync((story.Sku, 1));
        await world.SetPaymentFaultsAsync(story.Faults);
        var key = Purchase.NewKey();
        var buying = BuyAsync();
        try
        {
            await world.Host.WaitForExitAsync(Limit);
        }
        catch (TimeoutException)
        {
            await world.ClearPaymentFaultsAsync();
            return (false, "not reached", 0, 0);
        }
        await buying;
        var started = Stopwatch.GetTimestamp();
        await world.StartHostAsync();
        // The shopper does not know what became of the request and sends it again, with its key.
        var answer = await BuyAsync();
        await world.ClearPaymentFaultsAsync();
        var state = answer is null ? "no answer" : await EndAsync(shopper, answer);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (true, state, seconds, state == "completed" ? await Mailbox.CountAsync(world, shopper.Email, atLeast: 1) : 0);

        async Task<Answer?> BuyAsync()
        {
            var submitted = await Purchase.AnsweredAsync(() => shopper.CheckOutAsync(story.Method, key));
            if (submitted?.Status == HttpStatusCode.Accepted)
                await story.GoOnAsync(world, shopper, submitted);
            return submitted;
        }
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
}
