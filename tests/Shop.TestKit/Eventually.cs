using System.Diagnostics;

namespace Shop.TestKit;

/// <summary>Waits for what messages bring about; never for a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the answer is yes.</summary>
    /// <param name="what">Shown when it never was.</param>
    /// <param name="condition">Asked every 20 ms.</param>
    /// <exception cref="TimeoutException">It was not so within 30 seconds.</exception>
    public static Task IsTrueAsync(string what, Func<Task<bool>> condition) => GetAsync(what, async () => await condition() ? what : null);

    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="TimeoutException">There was none within 30 seconds.</exception>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> ask)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"Not within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(20);
        }
    }
}
