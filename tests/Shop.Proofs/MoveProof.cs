using System.Net;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Inventory, then Products, goes out and comes back while people buy and look.</summary>
public static class MoveProof
{
    private const string Sku = "BOOT-42";
    private const string Scarce = "LAST-1";
    private const int Buyers = 3;
    private const int Readers = 4;

    private static readonly string[] Moved = ["Inventory", "Products"];
    private static readonly string[] Shares = ["25%", "remote", "25%", "local"];

    /// <summary>A minute and a half of load, or as many seconds as <c>--seconds</c> says; with <c>--transport rabbitmq</c> over a broker.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        var at = Array.IndexOf(args, "--seconds");
        var duration = TimeSpan.FromSeconds(at >= 0 ? int.Parse(args[at + 1], null) : 90);
        await using var broker = args.Contains("rabbitmq") ? await RabbitMq.StartAsync() : null;
        await using var world = await ShopWorld.StartAsync(broker?.Settings, topology: Topology.Moving(Moved));
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync((Sku, 4_900, 100_000), (Scarce, 4_900, 1));

        // A process that has just started is slow at first, and would be left at once.
        for (var call = 0; call < 200; call++)
        {
            await staff.IsAnsweredAsCanaryAsync("Inventory", $"/api/v1/inventory/levels/{Sku}");
            await staff.IsAnsweredAsCanaryAsync("Products", call % 2 == 0 ? "/api/v1/products" : "/api/v1/products/product-boot-42");
        }

        // A command takes some six seconds, most of which it waits for both sides to learn of the move.
        var moving = MoveAsync(world, duration / (Moved.Length * Shares.Length) - TimeSpan.FromSeconds(7));
        var buying = Load.RunAsync(Buyers, duration, _ => BuysAsync(world));
        var reading = Load.RunAsync(Readers, duration, call => ReadsAsync(world, staff, call));
        var restocking = Load.RunAsync(1, duration, call => RestocksAsync(staff, call));
        var (moves, purchases, reads, restocks) = (await moving, await buying, await reading, await restocking);
        var books = await world.ReconcileAsync(TimeSpan.FromSeconds(30));

        var table = new Table(("load", 12), ("per second", 10), ("p50 ms", 8), ("p95 ms", 8), ("p99 ms", 8), ("failed", 6));
        table.Load("purchases", purchases, $"{purchases.Failed}");
        table.Load("reads", reads, $"{reads.Failed}");
        table.Load("restocks", restocks, $"{restocks.Failed}");
        Console.WriteLine();
        var checks = new Checks();
        checks.Equal("moves that a command refused", 0, moves);
        checks.Equal("moves that nobody asked for", "", await StepsBackAsync(staff));
        checks.Equal("failed requests", 0, purchases.Failed + reads.Failed + restocks.Failed);
        foreach (var module in Moved)
        {
            var (here, there, twice) = await HandledAsync(world, module.ToLowerInvariant());
            checks.Equal($"{module}: messages were handled on both sides", "True True", $"{here > 0} {there > 0}");
            checks.Equal($"{module}: of {here + there}, handled on one side and the other", 0, twice);
        }
        checks.Equal("the books agree with the provider's", 0, books.ExitCode);
        if (books.ExitCode != 0)
            Console.WriteLine(books.Output);
        return checks.Verdict(
            $"{purchases.Failed + reads.Failed} of {purchases.Completed + reads.Completed + purchases.Failed + reads.Failed} requests failed, {checks.Failed} violations"
        );
    }

    private static async Task<int> MoveAsync(ShopWorld world, TimeSpan pause)
    {
        var refused = 0;
        foreach (var module in Moved)
        foreach (var share in Shares)
        {
            await Task.Delay(pause);
            var (exitCode, output) = await world.RunCommandAsync("traffic", module, share);
            Console.WriteLine($"{module} {share}: {output.Trim().ReplaceLineEndings(" ")}");
            refused += exitCode == 0 ? 0 : 1;
        }
        Console.WriteLine();
        return refused;
    }

    private static async Task<string> StepsBackAsync(Staff staff) =>
        string.Join(
            "; ",
            (await staff.TrafficChangesAsync()).Where(c => $"{c!["by"]}" == "automatic").Select(c => $"{c!["module"]}: {c["reason"]}")
        );

    private static async Task<bool> BuysAsync(ShopWorld world)
    {
        var shopper = new Shopper(world.Client);
        try
        {
            await shopper.FillCartAsync((Sku, 1));
            var end = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());
            return Says(end["state"] == "completed", $"purchase: {end.Status} {end.Body}");
        }
        catch (InvalidOperationException e)
        {
            return Says(false, e.Message);
        }
    }

    // Sold out and back again, so that Products is told something all the time.
    private static async Task<bool> RestocksAsync(Staff staff, long call)
    {
        await Task.Delay(200);
        await staff.AdjustAsync(Scarce, call % 2 == 0 ? 1 : -1);
        return true;
    }

    private static async Task<bool> ReadsAsync(ShopWorld world, Staff staff, long call)
    {
        if (call % 3 == 0)
            return Says(await staff.ReadsLevelAsync(Sku), "a level could not be read");
        using var answer = await world.Client.GetAsync(call % 3 == 1 ? "/api/v1/products" : "/api/v1/products/product-boot-42");
        return Says(answer.StatusCode == HttpStatusCode.OK, $"read: {answer.StatusCode}");
    }

    private static bool Says(bool good, string what)
    {
        if (!good)
            Console.WriteLine(what);
        return good;
    }

    private static async Task<(long Here, long There, long Twice)> HandledAsync(ShopWorld world, string module)
    {
        var inbox = "wolverine_incoming_envelopes";
        var queue = $"received_at ~ '^(postgresql://|rabbitmq://queue/shop-){module}'";
        var mine = $"{queue} and status = 'Handled'";
        return (
            await world.ScalarAsync<long>($"select count(*) from wolverine.{inbox} where {mine}"),
            await world.ScalarAsync<long>($"select count(*) from wolverine_{module}.{inbox} where {mine}"),
            await world.ScalarAsync<long>(
                $"select count(*) from wolverine.{inbox} here join wolverine_{module}.{inbox} there using (id) where here.{queue}"
            )
        );
    }
}
