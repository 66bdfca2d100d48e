using System.Threading.RateLimiting;

namespace Shop.BuildingBlocks;

/// <summary>
/// Lets a few requests of a kind work at a time and the rest queue here, where waiting costs nothing and is in order, instead of at the
/// database, where it costs a connection and everybody becomes slow together.
/// </summary>
/// <param name="atOnce">How many work at a time.</param>
/// <param name="queue">How many wait at most; what comes beyond is turned away.</param>
public abstract class Turns(int atOnce, int queue) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = atOnce,
            QueueLimit = queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Waits for a turn; not acquired when the queue is full. Give it back before waiting for anything but the database.</summary>
    public ValueTask<RateLimitLease> EnterAsync(CancellationToken cancellationToken) => _limiter.AcquireAsync(1, cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _limiter.Dispose();
        GC.SuppressFinalize(this);
    }
}
