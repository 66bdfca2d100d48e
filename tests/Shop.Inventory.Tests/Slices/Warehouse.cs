using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

/// <summary>What happened to one command: its answer, and the crossings that were told.</summary>
public sealed record Outcome(IMessage Answer, AvailabilityChanged? Changed, StockLow? Low = null)
{
    public IReadOnlyList<SkuAvailability> Crossed => Changed?.Items ?? [];
}

/// <summary>What a level says, over all locations.</summary>
/// <param name="Reserved">Held or committed.</param>
public sealed record Level(string Sku, int OnHand, int Reserved, int Available, long Version);

/// <summary>Calls the handlers as functions, each in a transaction of its own under the module's role, as the bus does.</summary>
public static class Warehouse
{
    public static string NewSku() => $"SKU-{Guid.CreateVersion7():N}";

    public static Task<AvailabilityChanged?> ReceiveAsync(this ShopFixture shop, string sku, int quantity) =>
        shop.HandleAsync(db => ReceiveStockHandler.Handle(new(Guid.CreateVersion7(), [new(sku, quantity)], "delivery"), db, default));

    /// <summary>A new SKU with so many pieces in stock.</summary>
    public static async Task<string> StockedAsync(this ShopFixture shop, int quantity)
    {
        var sku = NewSku();
        await shop.ReceiveAsync(sku, quantity);
        return sku;
    }

    public static Task<Outcome> ReserveAsync(this ShopFixture shop, Guid id, params StockLine[] lines) => shop.HoldAsync(id, 600, lines);

    public static Task<Outcome> HoldAsync(this ShopFixture shop, Guid id, int seconds, params StockLine[] lines) =>
        shop.HandleAsync(async db =>
        {
            var held = (await Holds.MakeAsync(db, [new(id, lines, seconds)], default)).Single();
            return new Outcome(held.Answer, held.SoldOut, held.Low);
        });

    public static Task<IReadOnlyList<HoldOutcome>> HoldTogetherAsync(this ShopFixture shop, params ReserveStock[] commands) =>
        shop.HandleAsync(db => Holds.MakeAsync(db, commands, default));

    public static Task<IIntegrationEvent> ConsumeAsync(this ShopFixture shop, Guid id, Guid reservation, params StockLine[] lines) =>
        shop.HandleAsync(db => ConsumeReservationHandler.Handle(new(id, reservation, lines is [] ? null : lines), db, default));

    public static Task<IIntegrationEvent> CommitAsync(this ShopFixture shop, Guid id) =>
        shop.HandleAsync(db => CommitReservationHandler.Handle(new(id), db, default));

    public static Task<Outcome> ReleaseAsync(this ShopFixture shop, Guid id) =>
        shop.HandleAsync(async db =>
        {
            var (answer, changed) = await ReleaseReservationHandler.Handle(new(id), db, default);
            return new Outcome(answer, changed);
        });

    public static Task<Level> LevelAsync(this ShopFixture shop, string sku) =>
        shop.HandleAsync(async db => await db.LevelAsync(sku) ?? throw new InvalidOperationException($"No item {sku}."));

    public static Task<string?> StateAsync(this ShopFixture shop, Guid id) =>
        shop.ScalarAsync<string>("select state from inventory.reservations where id = $1", id);

    /// <summary>How many levels differ from their ledger, reservations or locations, over the whole schema in one snapshot.</summary>
    public static Task<long> DriftAsync(this ShopFixture shop) => shop.ScalarAsync<long>("select count(*) from inventory.find_drift()");

    public static Task<long> DeadlocksAsync(this ShopFixture shop) =>
        shop.ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()");

    // Waited too long for a lock or a connection, on a busy machine: the bus would deliver again. A deadlock is not among these.
    private static bool IsImpatient(Exception? e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } or NpgsqlException { InnerException: TimeoutException }
        || (e is not null && IsImpatient(e.InnerException));

    public static async Task<T> HandleAsync<T>(this ShopFixture shop, Func<InventoryDbContext, Task<T>> handle)
    {
        while (true)
        {
            try
            {
                return await HandleOnceAsync(shop, handle);
            }
            catch (Exception e) when (IsImpatient(e)) { }
        }
    }

    private static async Task<T> HandleOnceAsync<T>(ShopFixture shop, Func<InventoryDbContext, Task<T>> handle)
    {
        await using var scope = shop.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<InventoryDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var result = await handle(db);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return result;
    }

    private static async Task<Level?> LevelAsync(this InventoryDbContext db, string sku) =>
        await db.Items.FindAsync(sku) is { } item ? new Level(item.Sku, item.OnHand, item.Reserved, item.Available, item.Version) : null;
}
