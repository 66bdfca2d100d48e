using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;
using Shop.Users.Contracts;
using Wolverine;

namespace Shop.Host.Security;

/// <summary>
/// The public keys of access tokens by their id. They are asked of Users over the bus, so it makes no difference where Users runs.
/// </summary>
public sealed class SigningKeyCache(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SigningKeyCache> logger) : IDisposable
{
    /// <summary>Tokens with invented key ids make us ask no more often than this.</summary>
    public static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(3);

    /// <summary>A key that was withdrawn is honoured no longer than this.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private volatile FrozenDictionary<string, SecurityKey> _keys = FrozenDictionary<string, SecurityKey>.Empty;
    private long _askedAt;

    /// <summary>The key of this id, from memory; nothing when it is unknown.</summary>
    public IEnumerable<SecurityKey> Find(string? kid) => kid is not null && _keys.TryGetValue(kid, out var key) ? [key] : [];

    /// <summary>Asks Users when the key is unknown, or what we know is old.</summary>
    public async Task EnsureAsync(string kid, CancellationToken cancellationToken)
    {
        if (!IsDue(kid))
            return;
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (IsDue(kid))
                await AskAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _oneAtATime.Dispose();

    private bool IsDue(string kid)
    {
        if (_askedAt == 0)
            return true;
        return clock.GetElapsedTime(Volatile.Read(ref _askedAt)) > (_keys.ContainsKey(kid) ? GoodFor : AtMostEvery);
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
            var reply = await bus.InvokeAsync<SigningKeys>(new GetSigningKeys(), cancellationToken, Deadline);
            _keys = new JsonWebKeySet(reply.JsonWebKeySet).Keys.ToFrozenDictionary(k => k.Kid, SecurityKey (k) => k);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Users may be away for a moment; the keys we know stay good.
            logger.LogWarning(e, "The signing keys could not be read; {Count} known keys stay in use", _keys.Count);
        }
        Volatile.Write(ref _askedAt, clock.GetTimestamp());
    }
}
