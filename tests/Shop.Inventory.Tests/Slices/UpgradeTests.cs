using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Tests;

/// <summary>A shop that was there before stock lay at locations.</summary>
public sealed class UpgradeTests
{
    private const string Before = """
        insert into inventory.stock_items (sku, on_hand, reserved, version) values ('BOOT-42', 10, 3, 4), ('SOCK-1', 0, 0, 1);
        insert into inventory.movements (sku, delta, on_hand, version, reason, actor, at)
        values ('BOOT-42', 10, 10, 1, 'received', 'system', now());
        insert into inventory.reservations (id, state, expires_at, created_at)
        values ('01990000-0000-7000-8000-000000000001', 'committed', now(), now());
        insert into inventory.reservation_lines (reservation_id, sku, quantity)
        values ('01990000-0000-7000-8000-000000000001', 'BOOT-42', 3);
        """;

    [Fact]
    public async Task What_was_there_lies_at_the_main_location_and_no_level_drifts()
    {
        await using var database = new TestDatabase();
        await database.CreateAsync();
        await using var db = new InventoryDbContext(Options(database.ConnectionString));
        await db.Database.ExecuteSqlRawAsync("drop schema inventory cascade");
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("Initial");
        await db.Database.ExecuteSqlRawAsync(Before);

        await migrator.MigrateAsync();

        var levels = await db.Levels.AsNoTracking().OrderBy(l => l.Sku).ToListAsync();
        levels
            .Select(l => (l.Sku, l.LocationId, l.OnHand, l.Reserved, l.Available))
            .ShouldBe([("BOOT-42", Location.Main, 10, 3, 7), ("SOCK-1", Location.Main, 0, 0, 0)]);
        (await Scalar<long>(db, "select count(*) as \"Value\" from inventory.find_drift()")).ShouldBe(0);

        // And back, for whoever has to.
        await migrator.MigrateAsync("Initial");
        (
            await Scalar<string>(
                db,
                "select outcome as \"Value\" from inventory.reserve_stock(gen_random_uuid(), array['BOOT-42'], array[1], 60)"
            )
        ).ShouldBe("reserved");
    }

    private static Task<T> Scalar<T>(InventoryDbContext db, string sql) => db.Database.SqlQueryRaw<T>(sql).SingleAsync();

    private static DbContextOptions<InventoryDbContext> Options(string connectionString) =>
        new DbContextOptionsBuilder<InventoryDbContext>()
            .UseNpgsql(
                new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString,
                npgsql => npgsql.MigrationsHistoryTable(ModuleData.MigrationsHistoryTable, InventoryModule.Schema)
            )
            .UseSnakeCaseNamingConvention()
            .Options;
}
