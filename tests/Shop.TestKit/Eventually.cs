using System.Diagnostics;

namespace Shop.TestKit;

/// <summary>Waits for what messages bring about; never for a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the answer is yes.</summary>
    /// <param name="what">Shown when it never was.</param>
    /// <param name="condition">Asked every 20 ms.</param>
    /// <param name="patience">30 seconds, unless it is known to take longer.</param>
    /// <exception cref="TimeoutException">It was not so in time.</exception>
    public static Task IsTrueAsync(string what, Func<Task<bool>> condition, TimeSpan? patience = null) =>
        GetAsync(what, async () => await condition() ? what : null, patience);

    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="TimeoutException">There was none in time: 30 seconds, unless said otherwise.</exception>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> ask, TimeSpan? patience = null)
        where T : class
    {
        var limit = patience ?? Patience;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(20);
        }
    }

    /// <summary>
    /// Runs an attempt until one was quick enough. A busy machine only ever adds time, so one quick attempt shows that nothing waits longer
    /// by design. Attempts must not know of each other: what is quick because another was slow shows nothing.
    /// </summary>
    /// <exception cref="TimeoutException">Three attempts took longer.</exception>
    public static async Task<T> QuickAsync<T>(TimeSpan limit, Func<Task<T>> attempt)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await attempt();
            if (Stopwatch.GetElapsedTime(started) < limit)
                return answer;
        }
        throw new TimeoutException($"Three times longer than {limit.TotalSeconds} s.");
    }
}
