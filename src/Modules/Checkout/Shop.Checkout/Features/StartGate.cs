using System.Threading.RateLimiting;

namespace Shop.Checkout.Features;

/// <summary>
/// Lets a few purchases start at a time and the rest queue here, where waiting costs nothing, instead of at the database, where it costs
/// a connection. What waits for the end of a purchase waits outside.
/// </summary>
public sealed class StartGate : IDisposable
{
    // A start is a handful of short queries: more of them at once than this only wait for each other's rows and commits.
    private const int AtOnce = 8;
    private const int Queue = 1_000;

    private readonly ConcurrencyLimiter _limiter = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = AtOnce,
            QueueLimit = Queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Waits for a turn; not acquired when the queue is full. Give it back before waiting for anything but the database.</summary>
    public ValueTask<RateLimitLease> EnterAsync(CancellationToken cancellationToken) => _limiter.AcquireAsync(1, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _limiter.Dispose();
}
