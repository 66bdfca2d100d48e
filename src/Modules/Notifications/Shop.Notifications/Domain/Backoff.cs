namespace Shop.Notifications.Domain;

/// <summary>How long a mail waits after a failed attempt.</summary>
public static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Doubles from one second up to half a minute, and strays by up to half of it, so that mails that failed together don't return together.</summary>
    /// <param name="attempts">Attempts so far, at least 1.</param>
    /// <param name="chance">From 0 up to 1.</param>
    public static TimeSpan After(int attempts, double chance)
    {
        var full = Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Clamp(attempts, 1, 10) - 1));
        return TimeSpan.FromSeconds(full * (0.5 + chance / 2));
    }
}
