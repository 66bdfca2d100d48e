using System.Collections.Concurrent;
using System.Diagnostics;

namespace Shop.Proofs;

/// <summary>What a load showed.</summary>
/// <param name="PerSecond">Completed calls per second.</param>
/// <param name="P50">Median, milliseconds.</param>
/// <param name="P95">95th percentile, milliseconds.</param>
/// <param name="P99">99th percentile, milliseconds.</param>
/// <param name="Completed">Calls that did not fail.</param>
/// <param name="Failed">Calls that failed.</param>
public sealed record LoadResult(double PerSecond, double P50, double P95, double P99, int Completed, int Failed);

/// <summary>A closed loop: each client sends its next call when the last one is answered.</summary>
public static class Load
{
    /// <summary>Runs for a bounded time.</summary>
    /// <param name="clients">Clients at once.</param>
    /// <param name="duration">How long new calls are started.</param>
    /// <param name="callAsync">One call; the argument counts up over all clients. False or an exception is a failure.</param>
    /// <param name="over">Ends it earlier.</param>
    public static async Task<LoadResult> RunAsync(
        int clients,
        TimeSpan duration,
        Func<long, Task<bool>> callAsync,
        CancellationToken over = default
    )
    {
        var times = new ConcurrentBag<List<double>>();
        var failed = 0;
        long next = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var mine = new List<double>(10_000);
                        times.Add(mine);
                        while (Stopwatch.GetElapsedTime(started) < duration && !over.IsCancellationRequested)
                        {
                            var call = Stopwatch.GetTimestamp();
                            if (await SucceedsAsync(callAsync, Interlocked.Increment(ref next)))
                                mine.Add(Stopwatch.GetElapsedTime(call).TotalMilliseconds);
                            else
                                Interlocked.Increment(ref failed);
                        }
                    })
                )
        );
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = times.SelectMany(t => t).Order().ToArray();
        return new LoadResult(all.Length / seconds, At(all, 0.50), At(all, 0.95), At(all, 0.99), all.Length, failed);
    }

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    private static async Task<bool> SucceedsAsync(Func<long, Task<bool>> callAsync, long number)
    {
        try
        {
            return await callAsync(number);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return false;
        }
    }
}
