using System.Diagnostics;
using System.Globalization;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>How long a start takes, on a migrated database, and what a host that nobody asks anything needs.</summary>
public static class BenchStart
{
    private const int Starts = 5;
    private const double MaxIdleMegabytes = 250;
    private const double MaxStartSeconds = 3;

    /// <summary>The median of five starts to ready, and the memory after the last.</summary>
    public static async Task<Verdict> RunAsync(ShopWorld world)
    {
        var starts = new List<double>();
        for (var i = 0; i < Starts; i++)
            starts.Add(await MeasureStartAsync(world));
        var start = starts.Order().ElementAt(Starts / 2);
        var idle = await MeasureIdleAsync(world);
        Console.WriteLine(
            $"start to ready {start:F2} s, median of {Starts} (bound {MaxStartSeconds:F0}), idle memory {idle:F0} MB (bound {MaxIdleMegabytes:F0})\n"
        );
        return new Verdict(start < MaxStartSeconds && idle < MaxIdleMegabytes, $"ready in {start:F2} s, idle {idle:F0} MB");
    }

    private static async Task<double> MeasureStartAsync(ShopWorld world)
    {
        world.Host.Terminate();
        await world.Host.WaitForExitAsync(TimeSpan.FromSeconds(30));
        var started = Stopwatch.GetTimestamp();
        await world.StartHostAsync();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> MeasureIdleAsync(ShopWorld world)
    {
        await world.Client.GetStringAsync("/api/v1/products");
        // Idle is when two readings five seconds apart differ by less than 2 MB.
        for (double last = 0; ; )
        {
            var now = ResidentMegabytes(world.Host.Id);
            if (Math.Abs(now - last) < 2)
                return now;
            last = now;
            await Task.Delay(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Memory a process has in RAM.</summary>
    internal static double ResidentMegabytes(int processId) =>
        double.Parse(
            File.ReadLines($"/proc/{processId}/status")
                .Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1024;
}
