using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Shop.Host;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>
/// Kills a process of the shop at each named point of a purchase, starts it again, and looks whether everything ends well. With
/// <c>--outside Inventory</c> that module has a process of its own, and the point's own process is the victim; with <c>--freeze 60</c> the
/// victim stands still for so many seconds instead.
/// </summary>
public static class CrashProof
{
    // Coprime to the pairs that points come in, so that the short run sees before and after.
    private const int ShortStep = 13;
    private const int ShortFirst = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// All points; with <c>--short</c> a few of each story; with words only those whose names contain one of them; with <c>--worlds 6</c> in
    /// six shops side by side, which is quicker where a point is mostly waited at.
    /// </summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        string[] valued = ["--outside", "--freeze", "--worlds"];
        string[] words = [.. args.Where((a, i) => !a.StartsWith('-') && (i == 0 || !valued.Contains(args[i - 1])))];
        var points = CrashStory
            .All.SelectMany(story =>
                story
                    .Points.SelectMany(p => p)
                    .Where((_, i) => !args.Contains("--short") || i % ShortStep == ShortFirst)
                    .Select(point => (Story: story, Point: point))
            )
            .Where(p => words.Length == 0 || words.Any($"{p.Story.Name} {p.Point}".Contains))
            .ToArray();
        var queue = new ConcurrentQueue<(CrashStory Story, string Point)>(points);
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
        var reads = new Reads();
        var outside = Option(args, "--outside");
        var freeze = Number(args, "--freeze") is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        // Worlds that start at once are slower to start than any patience.
        using var turn = new SemaphoreSlim(1);
        await Task.WhenAll(Enumerable.Range(0, Number(args, "--worlds") ?? 1).Select(_ => RunAsync()));
        return new Verdict(
            points.Length > 0 && recovered == points.Length && violations == 0 && reads.StayUp,
            $"{recovered} of {points.Length} points recovered, {violations} violations, slowest {slowest:F1} s{reads}"
        );

        async Task<ShopWorld> StartAsync()
        {
            await turn.WaitAsync();
            try
            {
                return await ShopWorld.StartAsync(topology: outside is null ? null : Topology.Without(outside));
            }
            finally
            {
                turn.Release();
            }
        }

        async Task RunAsync()
        {
            await using var world = await StartAsync();
            var staff = await Staff.SignInAsync(world.Client);
            await staff.AddProductsAsync((CrashStory.InStock, 10_999, 100_000), (CrashStory.SoldOut, 10_999, 0));
            while (queue.TryDequeue(out var next))
            {
                var (story, point) = next;
                var (hit, state, took, mails) = await CrashAsync(world, story, point, freeze, reads);
                var reconcile = await world.ReconcileAsync(Limit);
                lock (queue)
                {
                    if (hit && state == story.Ends && took <= Limit.TotalSeconds)
                        recovered++;
                    // A mail is sent at least once, and at most twice.
                    if (reconcile.ExitCode != 0 || (state == "completed" && mails is < 1 or > 2))
                    {
                        violations++;
                        Console.WriteLine(reconcile.Output);
                    }
                    slowest = Math.Max(slowest, took);
                    table.Row(
                        story.Name,
                        point,
                        hit ? "yes" : "NO",
                        state,
                        $"{took:F1}",
                        $"{mails}",
                        reconcile.ExitCode == 0 ? "agree" : "DIFFER"
                    );
                }
            }
        }
    }

    private static int? Number(string[] args, string name) => Option(args, name) is { } value ? int.Parse(value, null) : null;

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at ? args.ElementAtOrDefault(at + 1) : null;

    // A point begins with its module: checkout/inventory.stock-reserved.v1:before-commit, payments.capture:after-call.
    private static string ModuleOf(string point) =>
        Modules.All.Select(m => m.Name).Single(name => name.Equals(point.Split('/', '.')[0], StringComparison.OrdinalIgnoreCase));

    private static async Task<(bool Hit, string State, double Seconds, int Mails)> CrashAsync(
        ShopWorld world,
        CrashStory story,
        string point,
        TimeSpan? freeze,
        Reads reads
    )
    {
        var module = ModuleOf(point);
        await world.HostOf(module).KillAsync();
        await world.StartHostOfAsync(module, freeze is null ? point : $"freeze:{point}");
        var victim = world.HostOf(module);
        var shopper = story.SignedIn ? await Shopper.RegisterAsync(world.Client) : new Shopper(world.Client);
        await shopper.FillCartAsync((story.Sku, 1));
        await world.SetPaymentFaultsAsync(story.Faults);
        var key = Purchase.NewKey();
        var buying = BuyAsync();
        // The process that faces the public is another's victim: then nobody reads.
        using var reading = victim == world.Host ? null : reads.Begin(world);
        if (!await IsHitAsync(victim, freeze))
        {
            await world.ClearPaymentFaultsAsync();
            return (false, "not reached", 0, 0);
        }
        long started;
        if (freeze is { } time)
        {
            await Task.Delay(time);
            started = Stopwatch.GetTimestamp();
            victim.Thaw();
            await buying;
        }
        else
        {
            await buying;
            started = Stopwatch.GetTimestamp();
            await world.StartHostOfAsync(module);
        }
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

    private static async Task<bool> IsHitAsync(ChildProcess victim, TimeSpan? freeze)
    {
        try
        {
            if (freeze is null)
                await victim.WaitForExitAsync(Limit);
            else
                await Eventually.IsTrueAsync("it stands still", () => Task.FromResult(victim.IsFrozen), Limit);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
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
