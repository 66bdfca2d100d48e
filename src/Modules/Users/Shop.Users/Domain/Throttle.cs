namespace Shop.Users.Domain;

/// <summary>How often somebody has tried in vain lately.</summary>
public sealed class Throttle
{
    /// <summary>SHA-256 over what is counted: an address, or an address and an account. No personal data.</summary>
    public byte[] Key { get; init; } = [];

    /// <summary>Tries beyond the free ones; negative while free ones are left.</summary>
    public int Excess { get; init; }

    /// <summary>The last try that was let through.</summary>
    public DateTimeOffset LastTryAt { get; init; }

    /// <summary>The next try is let through from then on.</summary>
    public DateTimeOffset RetryAt { get; init; }
}
