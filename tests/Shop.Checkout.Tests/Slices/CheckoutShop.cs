using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Checkout.Data;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;

namespace Shop.Checkout.Tests.Slices;

/// <summary>A shop whose requests wait for the end of a purchase as long as a slow machine may need.</summary>
public sealed class CheckoutShop : ShopFixture
{
    /// <inheritdoc />
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["Checkout:AnswerMilliseconds"] = "20000", ["Checkout:HeartbeatSeconds"] = "1" };
}

internal static class CheckoutShopExtensions
{
    /// <summary>Far enough away for no timer to interfere with a test.</summary>
    public static DateTimeOffset NotSoon => TimeProvider.System.GetUtcNow().AddHours(1);

    /// <summary>Puts a purchase into the database as if it had got there by itself.</summary>
    public static async Task<CheckoutState> HasAsync(this ShopFixture shop, CheckoutState purchase)
    {
        await shop.WithAsync<CheckoutDbContext, int>(db =>
        {
            db.Checkouts.Add(purchase);
            return db.SaveChangesAsync();
        });
        return purchase;
    }

    /// <summary>The purchase as it is now.</summary>
    public static Task<CheckoutState> LoadAsync(this ShopFixture shop, Guid id) =>
        shop.WithAsync<CheckoutDbContext, CheckoutState>(db => db.Checkouts.AsNoTracking().SingleAsync(c => c.Id == id));

    /// <summary>Waits until the purchase is as it should be.</summary>
    public static Task<CheckoutState> EventuallyAsync(this ShopFixture shop, Guid id, Func<CheckoutState, bool> condition) =>
        Eventually.GetAsync(
            "the purchase is as it should be",
            async () => await shop.LoadAsync(id) is var state && condition(state) ? state : null
        );
}

/// <summary>One delivery of a message, as the bus does it: a DbContext and a transaction of its own, what it sends kept for the test.</summary>
internal sealed class Delivery(ShopFixture shop) : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope = shop.Services.CreateAsyncScope();

    private CheckoutDbContext Db => _scope.ServiceProvider.GetRequiredService<CheckoutDbContext>();

    /// <summary>The PostgreSQL session that the delivery runs in; 0 before it has begun.</summary>
    public int ProcessId { get; private set; }

    /// <summary>What the handler sends, once committed.</summary>
    public object[] Sent { get; private set; } = [];

    /// <summary>Runs the handler up to its commit.</summary>
    public async Task<Delivery> HandleAsync<TMessage>(Handler<TMessage> handler, TMessage message)
    {
        var saga = _scope.ServiceProvider.GetRequiredService<SagaRunner>();
        await Db.Database.BeginTransactionAsync();
        // However slow the machine, the test decides who waits for whom.
        await Db.Database.ExecuteSqlAsync($"set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0");
        ProcessId = ((NpgsqlConnection)Db.Database.GetDbConnection()).ProcessID;
        Sent = await handler(message, Db, saga, CancellationToken.None);
        return this;
    }

    /// <summary>True while the delivery waits for what somebody else holds.</summary>
    public Task<bool> WaitsAsync() =>
        shop.ScalarAsync<bool>("select exists (select from pg_locks where pid = $1 and not granted)", ProcessId);

    /// <summary>Saves and commits.</summary>
    public async Task CommitAsync()
    {
        await Db.SaveChangesAsync();
        await Db.Database.CommitTransactionAsync();
    }

    public ValueTask DisposeAsync() => _scope.DisposeAsync();
}

/// <summary>A handler of the saga.</summary>
internal delegate Task<object[]> Handler<in TMessage>(
    TMessage message,
    CheckoutDbContext db,
    SagaRunner saga,
    CancellationToken cancellationToken
);
