using System.Diagnostics;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>The same purchases with the modules in one process, each of them outside, and all of them apart.</summary>
public static class TopologiesProof
{
    /// <summary>The twelve take no longer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private const string Transport = "--transport";

    /// <summary>
    /// Four topologies; with <c>--all</c> all twelve; with words those whose names contain one of them. <c>--transport rabbitmq</c> carries
    /// the messages over a broker.
    /// </summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        await using var broker =
            args.SkipWhile(a => a != Transport).Skip(1).FirstOrDefault() == "rabbitmq" ? await RabbitMq.StartAsync() : null;
        string[] words = [.. args.Where((a, i) => !a.StartsWith('-') && (i == 0 || args[i - 1] != Transport))];
        var topologies = Topology
            .All.Where(t =>
                words.Length > 0 ? words.Any(t.Name.Contains) : args.Contains("--all") || Topology.Few.Any(few => few.Name == t.Name)
            )
            .ToArray();
        var table = new Table(("topology", 24), ("passed", 6), ("failed", 6), ("seconds", 7));
        var good = 0;
        var begun = Stopwatch.GetTimestamp();
        foreach (var topology in topologies)
        {
            var started = Stopwatch.GetTimestamp();
            await using var world = await ShopWorld.StartAsync(broker?.Settings, topology: topology);
            var failed = await PurchaseSuite.RunAsync(world);
            var cases = PurchaseSuite.Cases.Count + 1;
            good += failed.Count == 0 ? 1 : 0;
            table.Row(topology.Name, $"{cases - failed.Count}", $"{failed.Count}", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F0}");
            foreach (var (name, why) in failed)
                Console.WriteLine($"  {name}: {why}");
        }
        return new(
            good == topologies.Length && good > 0 && Stopwatch.GetElapsedTime(begun) < Limit,
            $"{good} of {topologies.Length} topologies"
        );
    }
}
