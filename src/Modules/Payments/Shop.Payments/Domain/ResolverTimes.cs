namespace Shop.Payments.Domain;

/// <summary>When the resolver looks at an attempt again.</summary>
public static class ResolverTimes
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PayerFirst = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PayerLongest = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait; null when there is nothing to find out or do.</summary>
    public static TimeSpan? Next(PaymentAttempt attempt) =>
        PaymentPlan.Next(attempt) switch
        {
            ProviderStep.None => null,
            // Nothing stands in the way of the next call.
            var step when step.Acts() && attempt is { Calls: 0, ResolveTries: 0 } => TimeSpan.Zero,
            // The payer is at work, and a webhook will tell. It may be lost, so the provider is asked now and then.
            ProviderStep.Retrieve when attempt is { Uncertain: false, State: not PaymentState.Unknown } => Backoff(
                PayerFirst,
                PayerLongest,
                attempt.ResolveTries
            ),
            _ => Backoff(First, Longest, attempt.ResolveTries),
        };

    // Jitter: what failed together doesn't come back together.
    private static TimeSpan Backoff(TimeSpan first, TimeSpan longest, int tries)
    {
        var wait = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(tries, 10)), longest.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (0.5 + Random.Shared.NextDouble() / 2));
    }
}
