using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>What it costs to have modules in other processes: purchases, near and far.</summary>
public static class DistanceProof
{
    private const string Sku = "BOOT-42";
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(8);

    private static readonly Topology[] Ways = [Topology.One, Topology.Without("Inventory"), Topology.Apart];

    /// <summary>Ten seconds for each row, or as many as <c>--seconds</c> says; RabbitMQ's rows only where one is installed.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        var at = Array.IndexOf(args, "--seconds");
        var duration = TimeSpan.FromSeconds(at >= 0 ? int.Parse(args[at + 1], null) : 10);
        var table = new Table(
            ("modules, transport", 30),
            ("clients", 7),
            ("per second", 10),
            ("p50 ms", 8),
            ("p95 ms", 8),
            ("p99 ms", 8),
            ("failed", 6)
        );
        var failed = 0;
        foreach (var topology in Ways)
            failed += await MeasureAsync(table, topology, "PostgreSQL", null, duration);
        await using (var broker = await RabbitMq.StartAsync())
            foreach (var topology in Ways[1..])
                failed += await MeasureAsync(table, topology, "RabbitMQ", broker.Settings, duration);
        return new(failed == 0, $"{failed} failed; the table is the result");
    }

    private static async Task<int> MeasureAsync(
        Table table,
        Topology topology,
        string transport,
        Dictionary<string, string>? settings,
        TimeSpan duration
    )
    {
        await using var world = await ShopWorld.StartAsync(settings, topology: topology);
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync((Sku, 4_900, 1_000_000));
        await Load.RunAsync(4, Warm, _ => BuyAsync(world));
        var failed = 0;
        foreach (var clients in (int[])[1, 8])
        {
            var load = await Load.RunAsync(clients, duration, _ => BuyAsync(world));
            failed += load.Failed;
            table.Row(
                $"{topology.Name}, {(topology.Outside.Count == 0 ? "none" : transport)}",
                $"{clients}",
                $"{load.PerSecond:F1}",
                $"{load.P50:F0}",
                $"{load.P95:F0}",
                $"{load.P99:F0}",
                $"{load.Failed}"
            );
        }
        return failed;
    }

    private static async Task<bool> BuyAsync(ShopWorld world)
    {
        var shopper = new Shopper(world.Client);
        await shopper.FillCartAsync((Sku, 1));
        return (await Purchase.EndAsync(shopper, await shopper.CheckOutAsync()))["state"] == "completed";
    }
}
