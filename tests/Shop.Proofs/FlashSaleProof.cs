using System.Diagnostics;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>
/// A drop with more buyers than a shop usually has in a day: first through HTTP, cart to order, then as fast as Inventory's coalescer makes holds
/// when it is called directly (<see cref="HoldBuyer"/>), beside buyers of other things.
/// </summary>
public static class FlashSaleProof
{
    private const int Buyers = 500;
    private const int Units = 100;
    private const int Sales = 10;
    private const int OtherBuyers = 16;
    private const int OtherSkus = 200;
    private const double LeastHoldsPerSecond = 300;
    private const double MostTimesSlower = 2;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(15);

    /// <summary>Both parts, or the second one alone with <c>--holds</c>.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        var checks = new Checks();
        if (!args.Contains("--holds"))
            await SellAsync(checks);
        var figure = await HoldAsync(checks);
        return checks.Verdict(figure);
    }

    private static async Task SellAsync(Checks checks)
    {
        await using var world = await ShopWorld.StartAsync();
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("WARM-1", 4_900, 1), ("DROP-1", 4_900, Units));
        var first = new Shopper(world.Client);
        await first.FillCartAsync(("WARM-1", 1));
        await Purchase.InsistAsync(first);
        var rush = await Rush.RunAsync(world, "DROP-1", Buyers);
        checks.Equal("orders", Units, rush.Orders);
        checks.Equal("turned away: out of stock", Buyers - Units, rush.OutOfStock);
        checks.Equal("stock left", 0, await staff.AvailableAsync("DROP-1"));
        checks.Equal("deadlocks", 0, rush.Deadlocks);
        var reconcile = await world.RunCommandAsync("reconcile", "--settle=60");
        if (reconcile.ExitCode != 0)
            Console.WriteLine(reconcile.Output);
        checks.Equal("the books agree with the provider's", 0, reconcile.ExitCode);
    }

    private static async Task<string> HoldAsync(Checks checks)
    {
        await using var shop = new ShopFixture();
        await shop.InitializeAsync();
        var buyer = new HoldBuyer(shop);
        var run = Guid.CreateVersion7().ToString("N")[^8..];
        await buyer.StockAsync(Enumerable.Range(0, OtherSkus).Select(n => ($"OTHER-{run}-{n}", 1_000_000)));
        await buyer.StockAsync(Enumerable.Range(0, Sales + 1).Select(n => ($"DROP-{run}-{n}", Units)));
        // The just-in-time compiler's turn.
        await OthersAsync(TimeSpan.FromSeconds(10));
        await SaleAsync(Sales);
        var deadlocks = await DeadlocksAsync(shop);

        var calm = await OthersAsync(Calm);
        var over = new CancellationTokenSource();
        var others = OthersAsync(TimeSpan.FromMinutes(5), over.Token);
        var (held, asked, took) = (0, 0, TimeSpan.Zero);
        for (var n = 0; n < Sales; n++)
        {
            var started = Stopwatch.GetTimestamp();
            held += await SaleAsync(n);
            took += Stopwatch.GetElapsedTime(started);
            asked += Buyers;
        }
        await over.CancelAsync();
        var rushed = await others;

        Console.WriteLine("Holds asked of Inventory's coalescer in this process: its batches, statements, answers and commits are timed;");
        Console.WriteLine("storing the command, its queue and its mark in the inbox are not.");
        var table = new Table(("holds of other SKUs", 26), ("per second", 10), ("p50 ms", 8), ("p95 ms", 8), ("p99 ms", 8));
        table.Load($"{OtherBuyers} clients", calm);
        table.Load("the same during the sales", rushed);
        var (perSecond, slower) = (asked / took.TotalSeconds, rushed.P99 / calm.P99);
        checks.Equal($"units held in {Sales} sales", Units * Sales, held);
        checks.Equal("deadlocks", 0, await DeadlocksAsync(shop) - deadlocks);
        checks.Equal("holds of others that failed", 0, calm.Failed + rushed.Failed);
        checks.Equal($"at least {LeastHoldsPerSecond} holds/s of the one SKU ({perSecond:F0})", true, perSecond >= LeastHoldsPerSecond);
        checks.Equal($"others' p99 at most {MostTimesSlower} times ({slower:F2})", true, slower <= MostTimesSlower);
        return $"Inventory's coalescer alone, no queue, no inbox: {held / Sales} of {Units} units held for {Buyers} clients, {perSecond:F0} holds/s, others' p99 {slower:F2} times ({calm.P99:F0} to {rushed.P99:F0} ms)";

        Task<LoadResult> OthersAsync(TimeSpan duration, CancellationToken over = default) =>
            Load.RunAsync(OtherBuyers, duration, n => buyer.HoldAsync($"OTHER-{run}-{n % OtherSkus}"), over);

        async Task<int> SaleAsync(int n)
        {
            await Task.WhenAll(Enumerable.Range(0, Buyers).Select(_ => buyer.HoldAsync($"DROP-{run}-{n}")));
            return await buyer.HeldAsync($"DROP-{run}-{n}");
        }
    }

    private static Task<long> DeadlocksAsync(ShopFixture shop) =>
        shop.ScalarAsync<long>("select deadlocks from pg_stat_clear_snapshot(), pg_stat_database where datname = current_database()");
}
