using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

/// <summary>
/// The price rules, cache-aside. PostgreSQL says which version counts, in the statement that reads the cart anyway, and the key names it:
/// nothing in the cache can be stale, nothing has to be evicted, and what is not there or not readable is read from PostgreSQL.
/// </summary>
public sealed class PriceRulesCache(HybridCache cache, TimeProvider clock, ILogger<PriceRulesCache> logger)
{
    private static readonly HybridCacheEntryOptions Keep = new()
    {
        Expiration = TimeSpan.FromHours(1),
        LocalCacheExpiration = TimeSpan.FromMinutes(10),
    };

    // Whoever misses reads through the connection that it holds. A read shared by all who miss would need one more, while they hold theirs.
    private static readonly HybridCacheEntryOptions Look = new()
    {
        Flags = HybridCacheEntryFlags.DisableUnderlyingData,
        LocalCacheExpiration = TimeSpan.FromMinutes(10),
    };

    /// <summary>The key of a version.</summary>
    public static string Key(long version) => string.Create(CultureInfo.InvariantCulture, $"shop:carts:rules:v1:{version}");

    /// <summary>The rules of the version that the database names now.</summary>
    public async Task<PriceRules> GetAsync(CartsDbContext db, CancellationToken cancellationToken) =>
        await GetAsync(db, await db.RulesVersions.Select(v => v.Version).SingleAsync(cancellationToken), cancellationToken);

    /// <summary>The rules of a version that was just read; they may be younger, never older.</summary>
    public async ValueTask<PriceRules> GetAsync(CartsDbContext db, long version, CancellationToken cancellationToken)
    {
        if (await TryGetAsync(version, cancellationToken) is { } cached)
            return cached;
        var now = clock.GetUtcNow();
        var rules = PriceRules.Of(
            version,
            await db.Promotions.AsNoTracking().Where(p => p.EndsAt == null || p.EndsAt > now).ToListAsync(cancellationToken),
            await db.TaxRates.AsNoTracking().ToListAsync(cancellationToken),
            await db.ShippingMethods.AsNoTracking().ToListAsync(cancellationToken)
        );
        await cache.SetAsync(Key(version), rules, Keep, cancellationToken: cancellationToken);
        return rules;
    }

    private async ValueTask<PriceRules?> TryGetAsync(long version, CancellationToken cancellationToken)
    {
        try
        {
            var cached = await cache.GetOrCreateAsync(
                Key(version),
                static _ => ValueTask.FromResult<PriceRules?>(null),
                Look,
                cancellationToken: cancellationToken
            );
            return cached is { Promotions: not null, TaxRates: not null, ShippingMethods: not null } && cached.Version == version
                ? cached
                : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "The price rules in the cache can't be read; reading them from the database");
            return null;
        }
    }
}
