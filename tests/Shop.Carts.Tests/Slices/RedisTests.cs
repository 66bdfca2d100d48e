using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Carts.Data;
using Shop.Carts.Domain;
using Shop.TestKit.World;

namespace Shop.Carts.Tests.Slices;

/// <summary>A shop with a Redis of its own, which the tests treat badly, one after another.</summary>
public sealed class RedisShop : ShopFixture
{
    public Redis Redis { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["ConnectionStrings:Redis"] = Redis.Address };

    public override async ValueTask InitializeAsync()
    {
        Redis = await Redis.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Redis.DisposeAsync();
    }
}

/// <summary>Tests with a shop of their own take turns: each shop takes many connections.</summary>
[CollectionDefinition(Name)]
public sealed class OwnShops
{
    public const string Name = "own shops";
}

[Collection(OwnShops.Name)]
public sealed class RedisTests(RedisShop shop, ITestOutputHelper output) : IClassFixture<RedisShop>, IAsyncLifetime
{
    private GuardedCache Cache => (GuardedCache)shop.Services.GetRequiredService<IDistributedCache>();

    /// <summary>What the test before did to Redis is over.</summary>
    public async ValueTask InitializeAsync() => await Eventually.IsTrueAsync("it is called", () => Task.FromResult(!Cache.IsAway));

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_was_read_is_shared_through_redis()
    {
        await shop.Redis.SayAsync("FLUSHALL");

        // What was read while Redis was slow for a moment is not sent later; what is read after that is.
        await Eventually.IsTrueAsync(
            "redis has the rules",
            async () =>
            {
                await PriceByNewRulesAsync();
                return !(await shop.Redis.SayAsync("KEYS", "shop:carts:rules:*")).StartsWith("*0");
            }
        );
    }

    [Fact]
    public async Task A_flushed_redis_costs_a_read_of_the_database_and_no_more()
    {
        await PriceByNewRulesAsync();
        await Eventually.IsTrueAsync(
            "another process reads them there",
            async () =>
            {
                await PriceByNewRulesAsync();
                return (await ReadElsewhereAsync()).Queries == 0;
            }
        );
        await Eventually.IsTrueAsync(
            "redis is empty, and the database is asked",
            async () =>
            {
                await shop.Redis.SayAsync("FLUSHALL");
                return (await ReadElsewhereAsync()).Queries == 3;
            }
        );
        await PriceByNewRulesAsync();
    }

    [Fact]
    public async Task Wrong_data_in_redis_is_not_believed()
    {
        // The version that staff's next change makes, in all the ways it can be wrong.
        await Eventually.IsTrueAsync(
            "a key that is something else is refused, and nothing but that",
            async () =>
            {
                await shop.Redis.SayAsync("SET", await NextKeyAsync(), "not a hash");
                await PriceByNewRulesAsync();
                return !Cache.IsAway;
            }
        );
        await Eventually.IsTrueAsync(
            "what can't be read is replaced",
            async () =>
            {
                var key = await NextKeyAsync();
                await shop.Redis.SayAsync("HSET", key, "absexp", "-1", "sldexp", "-1", "data", "{ not json");
                await PriceByNewRulesAsync();
                return !(await shop.Redis.SayAsync("HGET", key, "data")).Contains("{ not json");
            }
        );
    }

    [Fact]
    public async Task A_frozen_redis_costs_a_tenth_of_a_second_once()
    {
        await PriceByNewRulesAsync();
        await shop.Redis.FreezeAsync();
        try
        {
            var first = await TimedAsync(() => Cache.GetAsync("some key"));
            var second = await TimedAsync(() => Cache.GetAsync("some key"));
            output.WriteLine($"frozen: {first.TotalMilliseconds:N1} ms, then {second.TotalMilliseconds:N2} ms");
            // What the machine adds is not the cache's.
            first.ShouldBeLessThan(GuardedCache.Patience + TimeSpan.FromMilliseconds(150));
            second.ShouldBeLessThan(TimeSpan.FromMilliseconds(20));
            await PriceByNewRulesAsync();
        }
        finally
        {
            await shop.Redis.ThawAsync();
        }
        await Eventually.IsTrueAsync("it is called again", () => Task.FromResult(!Cache.IsAway));
        await PriceByNewRulesAsync();
    }

    [Fact]
    public async Task A_killed_redis_is_done_without_and_used_again_when_it_is_back()
    {
        await PriceByNewRulesAsync();
        await shop.Redis.KillAsync();
        await PriceByNewRulesAsync();
        await PriceByNewRulesAsync();
        Cache.IsAway.ShouldBeTrue();

        await shop.Redis.StartAgainAsync();
        await Eventually.IsTrueAsync("it is called again", () => Task.FromResult(!Cache.IsAway));
        await PriceByNewRulesAsync();
    }

    [Fact]
    public async Task Adding_to_a_cart_takes_four_queries_at_most_and_no_10_seconds_with_promotions_and_200_lines()
    {
        string[] skus = [.. Enumerable.Range(0, 200).Select(_ => Catalogue.NewSku())];
        await shop.SellAsync(Catalogue.Product(skus[..100]), Catalogue.Product(skus[100..]));
        for (var i = 0; i < 10; i++)
            await shop.PromoteAsync(p =>
            {
                p.Remove("code");
                p["skus"] = new JsonArray([.. skus.Select(s => JsonValue.Create(s))]);
                p["usageLimit"] = 1_000;
            });
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(skus[0]);
        var times = new List<double>();
        var queries = new List<int>();
        foreach (var sku in skus[1..])
        {
            using var count = new QueryCount();
            times.Add((await TimedAsync(() => guest.TryAddAsync(sku))).TotalMilliseconds);
            queries.Add(count.Total);
        }

        var cart = await guest.GetAsync();
        (cart.Lines.Length, cart.Promotions.Length).ShouldBe((200, 10));
        queries.ShouldAllBe(q => q >= 1 && q <= 4);
        times.Sort();
        output.WriteLine(
            $"add to cart, 1 to 200 lines, 10 limited promotions: median {times[100]:N1} ms, p99 {times[196]:N1} ms, {queries.Max()} queries at most"
        );
        times.ShouldAllBe(t => t < 6_000, "what a promotion cost per change in a shop where each was priced by itself");
    }

    // Staff change something, so nothing that is cached counts any more, and the price must be right all the same.
    private async Task PriceByNewRulesAsync()
    {
        var (_, code) = await shop.PromoteAsync();
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(await shop.SellAsync(1_000));
        (await (await guest.TryCouponAsync(code)).CartAsync()).Discount.Minor.ShouldBe(100);
    }

    private async Task<string> NextKeyAsync() =>
        PriceRulesCache.Key(await shop.ScalarAsync<long>("select version from carts.rules_version") + 1);

    // As a process does that has not read them yet: nothing in its memory, the same Redis behind it.
    private async Task<(PriceRules Rules, int Queries)> ReadElsewhereAsync()
    {
        var services = new ServiceCollection().AddSingleton<IDistributedCache>(Cache);
        services.AddHybridCache();
        await using var provider = services.BuildServiceProvider();
        var elsewhere = new PriceRulesCache(
            provider.GetRequiredService<HybridCache>(),
            TimeProvider.System,
            NullLogger<PriceRulesCache>.Instance
        );
        await using var scope = shop.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CartsDbContext>();
        var cancellationToken = TestContext.Current.CancellationToken;
        var version = await db.RulesVersions.Select(v => v.Version).SingleAsync(cancellationToken);
        var truth = await db.Promotions.AsNoTracking().Select(p => p.Id).ToListAsync(cancellationToken);
        using var count = new QueryCount();
        var rules = await elsewhere.GetAsync(db, version, cancellationToken);
        rules.Promotions.Select(p => p.Id).ShouldBe(truth, ignoreOrder: true);
        return (rules, count.Total);
    }

    private static async Task<TimeSpan> TimedAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started);
    }
}
