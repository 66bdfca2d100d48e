using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Shop.Carts.Data;

/// <summary>
/// A cache shared by processes, held at arm's length. A call waits a tenth of a second at most; one that fails or takes longer is a miss, and
/// from then on nobody calls until a probe in the background has been answered. So a cache that is dead or frozen costs its caller that tenth of
/// a second once, and nobody else anything.
/// </summary>
public sealed class GuardedCache(IDistributedCache inner, TimeProvider clock, ILogger<GuardedCache> logger) : IDistributedCache, IDisposable
{
    /// <summary>The longest that a call may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stopping = new();
    private int _isAway;

    /// <summary>Nobody calls it now.</summary>
    public bool IsAway => Volatile.Read(ref _isAway) == 1;

    /// <inheritdoc />
    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        TryAsync(() => inner.GetAsync(key, _stopping.Token), token);

    /// <inheritdoc />
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        TryAsync(() => Done(inner.SetAsync(key, value, options, _stopping.Token)), token);

    /// <inheritdoc />
    public Task RefreshAsync(string key, CancellationToken token = default) =>
        TryAsync(() => Done(inner.RefreshAsync(key, _stopping.Token)), token);

    /// <inheritdoc />
    public Task RemoveAsync(string key, CancellationToken token = default) =>
        TryAsync(() => Done(inner.RemoveAsync(key, _stopping.Token)), token);

    /// <inheritdoc />
    public byte[]? Get(string key) => throw new NotSupportedException("Nobody waits for a cache with a thread.");

    /// <inheritdoc />
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException(nameof(SetAsync));

    /// <inheritdoc />
    public void Refresh(string key) => throw new NotSupportedException(nameof(RefreshAsync));

    /// <inheritdoc />
    public void Remove(string key) => throw new NotSupportedException(nameof(RemoveAsync));

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Cancel();
        (inner as IDisposable)?.Dispose();
    }

    private async Task<byte[]?> TryAsync(Func<Task<byte[]?>> call, CancellationToken cancellationToken)
    {
        if (IsAway)
            return null;
        // On another thread, since connecting may block before it waits.
        var called = Task.Run(call, CancellationToken.None);
        try
        {
            return await called.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (RedisServerException e)
        {
            // It answers, only not this: a key may hold something else, or there is no more room.
            logger.LogWarning(e, "The shared cache refuses");
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Forget(called);
            if (Interlocked.Exchange(ref _isAway, 1) == 0)
            {
                logger.LogWarning(e, "The shared cache does not answer; going on without it");
                Forget(ProbeAsync());
            }
            return null;
        }
    }

    private async Task ProbeAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            var called = Task.Run(() => inner.GetAsync("shop:probe", _stopping.Token), CancellationToken.None);
            try
            {
                await called.WaitAsync(ProbePatience, clock, _stopping.Token);
                Volatile.Write(ref _isAway, 0);
                logger.LogInformation("The shared cache answers again");
                return;
            }
            catch (Exception) when (!_stopping.IsCancellationRequested)
            {
                Forget(called);
            }
        }
    }

    private static async Task<byte[]?> Done(Task task)
    {
        await task;
        return null;
    }

    // Nobody waits for it any more; its failure is no news.
    private static void Forget(Task task) => _ = task.ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
}
