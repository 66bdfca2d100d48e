using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;
using Shop.BuildingBlocks.Messaging;
using Shop.Users.Contracts;
using Wolverine;

namespace Shop.Host.Security;

/// <summary>
/// The public keys of access tokens by their id. They are asked of Users, wherever it runs; for the
/// first time when the host starts, so that no request has to wait for it.
/// </summary>
public sealed class SigningKeyCache(IAsk users, TimeProvider clock, ILogger<SigningKeyCache> logger) : BackgroundService
{
    /// <summary>Tokens with invented key ids make us ask no more often than this.</summary>
    public static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(3);

    /// <summary>A key that was withdrawn is honoured no longer than this.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    // The very first answer may have to wait for the bus to get going.
    private static readonly TimeSpan FirstDeadline = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly TaskCompletionSource _firstAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FrozenDictionary<string, SecurityKey> _keys = FrozenDictionary<string, SecurityKey>.Empty;
    private long _askedAt;

    /// <summary>True until the first answer: nobody can tell a good token from a bad one then.</summary>
    public bool IsEmpty => _keys.Count == 0;

    /// <summary>
    /// Ends with the first question. A process is not ready before; after it, it is ready even without keys, since most requests need none.
    /// </summary>
    public Task FirstAsked => _firstAsked.Task;

    /// <summary>The key of this id, from memory; nothing when it is unknown.</summary>
    public IEnumerable<SecurityKey> Find(string? kid) => kid is not null && _keys.TryGetValue(kid, out var key) ? [key] : [];

    /// <summary>
    /// Asks Users when the key is unknown, or what we know is old. A request that comes before the first answer waits for it, not longer
    /// than two seconds.
    /// </summary>
    public async Task EnsureAsync(string kid, CancellationToken cancellationToken)
    {
        if (!IsDue(kid) || !await _oneAtATime.WaitAsync(Deadline, cancellationToken))
            return;
        try
        {
            if (IsDue(kid))
                await AskAsync(Deadline, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _oneAtATime.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Held until the first answer: requests wait for it instead of asking a bus that may not have started.
        await _oneAtATime.WaitAsync(stoppingToken);
        try
        {
            while (IsEmpty)
            {
                await AskAsync(FirstDeadline, stoppingToken);
                if (IsEmpty)
                    await Task.Delay(TimeSpan.FromMilliseconds(_askedAt == 0 ? 20 : 1000), clock, stoppingToken);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private bool IsDue(string kid) =>
        IsEmpty || clock.GetElapsedTime(Volatile.Read(ref _askedAt)) > (_keys.ContainsKey(kid) ? GoodFor : AtMostEvery);

    private async Task AskAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await users.AskAsync(new GetSigningKeys(), deadline, cancellationToken);
            _keys = new JsonWebKeySet(reply.JsonWebKeySet).Keys.ToFrozenDictionary(k => k.Kid, SecurityKey (k) => k);
        }
        catch (WolverineHasNotStartedException)
        {
            // The bus starts with the host, a moment after us.
            return;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Users may be away for a moment; the keys we know stay good.
            logger.LogWarning(e, "The signing keys could not be read; {Count} known keys stay in use", _keys.Count);
        }
        Volatile.Write(ref _askedAt, clock.GetTimestamp());
        _firstAsked.TrySetResult();
    }
}
