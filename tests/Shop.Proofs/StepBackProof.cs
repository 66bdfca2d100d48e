using System.Diagnostics;
using System.Globalization;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>All reads of Products go to the other side, and then the way there gets slow, or breaks.</summary>
public static class StepBackProof
{
    private const string Module = "Products";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Once slow, once broken.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        await using var world = await ShopWorld.StartAsync(topology: Topology.Moving(Module));
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 4_900, 10));
        var checks = new Checks();
        var slow = await TroubleAsync(world, staff, checks, "slow", way => way.Delay = TimeSpan.FromSeconds(2));
        var broken = await TroubleAsync(world, staff, checks, "broken", way => way.IsBroken = true);
        return checks.Verdict(
            $"stepped back after {slow:F1} s of slowness and {broken:F1} s of failures (limit {Limit.TotalSeconds:F0} s)"
        );
    }

    private static async Task<double> TroubleAsync(ShopWorld world, Staff staff, Checks checks, string name, Action<FaultyWay> spoil)
    {
        var way = world.WayTo(Module);
        (way.Delay, way.IsBroken) = (TimeSpan.Zero, false);
        await staff.MoveTrafficAsync(Module, 100, $"before it gets {name}");
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 8).Select(_ => ReadAsync(world, stop.Token)).ToArray();
        await Eventually.IsTrueAsync("reads go there", async () => await CallsAsync(staff) >= 20);
        spoil(way);
        var started = Stopwatch.GetTimestamp();
        await Eventually.IsTrueAsync("the traffic is back", async () => await PercentAsync(staff) == 0);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        var last = (await staff.TrafficChangesAsync())[0]!;
        Console.WriteLine($"staff see: {last["by"]}, {last["percentBefore"]} % to {last["percent"]} %: {last["reason"]}\n");
        checks.Equal($"{name}: back within {Limit.TotalSeconds:F0} s", true, seconds < Limit.TotalSeconds);
        checks.Equal($"{name}: by itself, from all to none", "automatic 100 0", $"{last["by"]} {last["percentBefore"]} {last["percent"]}");
        checks.Equal($"{name}: the reason is told", true, last["reason"]!.ToString().Contains("limit", StringComparison.Ordinal));
        return seconds;
    }

    private static async Task ReadAsync(ShopWorld world, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
            try
            {
                using var answer = await world.Client.GetAsync("/api/v1/products", CancellationToken.None);
                await Task.Delay(20, CancellationToken.None);
            }
            catch (HttpRequestException)
            {
                // What the reader sees of the trouble is not what is shown here.
            }
    }

    private static async Task<int> PercentAsync(Staff staff) =>
        int.Parse((await staff.TrafficAsync(Module))["switch"]!["percent"]!.ToString(), CultureInfo.InvariantCulture);

    private static async Task<int> CallsAsync(Staff staff) =>
        int.Parse((await staff.TrafficAsync(Module))["remote"]!["calls"]!.ToString(), CultureInfo.InvariantCulture);
}
