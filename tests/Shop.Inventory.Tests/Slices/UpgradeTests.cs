using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Tests;

/// <summary>A shop that was there before stock lay at locations.</summary>
public sealed class UpgradeTests : IAsyncLifetime
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

    private readonly TestDatabase _database = new();
    private InventoryDbContext _db = null!;
    private IMigrator _migrator = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.CreateAsync();
        _db = new InventoryDbContext(Options(_database.ConnectionString));
        await ExecuteAsync("drop schema inventory cascade");
        _migrator = _db.GetService<IMigrator>();
        await _migrator.MigrateAsync("Initial");
        await ExecuteAsync(Before);
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task What_was_there_lies_at_the_main_location_and_no_level_drifts()
    {
        await _migrator.MigrateAsync();

        var levels = await _db.Levels.AsNoTracking().OrderBy(l => l.Sku).ToListAsync();
        levels
            .Select(l => (l.Sku, l.LocationId, l.OnHand, l.Reserved, l.Available))
            .ShouldBe([("BOOT-42", Location.Main, 10, 3, 7), ("SOCK-1", Location.Main, 0, 0, 0)]);
        (await ScalarAsync<long>("select count(*) as \"Value\" from inventory.find_drift()")).ShouldBe(0);
        var unproved = await ScalarAsync<long>("select count(*) as \"Value\" from pg_constraint where not convalidated");
        unproved.ShouldBe(0);
    }

    [Fact]
    public async Task A_receipt_under_way_ends_and_then_the_upgrade_begins()
    {
        await using var seller = new NpgsqlConnection(_database.ConnectionString);
        await seller.OpenAsync();
        await using var receipt = await seller.BeginTransactionAsync();
        await SellerAsync("update inventory.stock_items set on_hand = on_hand + 1, version = version + 1 where sku = 'SOCK-1'");

        var upgrade = _migrator.MigrateAsync();
        await Eventually.IsTrueAsync(
            "the upgrade waits for the receipt",
            () => SellerAsync("select exists (select from pg_locks where not granted and relation = 'inventory.stock_items'::regclass)")
        );
        await SellerAsync(
            """
            insert into inventory.movements (sku, delta, on_hand, version, reason, actor, at)
            values ('SOCK-1', 1, 1, 2, 'received', 'system', now())
            """
        );
        await receipt.CommitAsync();
        await upgrade;

        (await ScalarAsync<long>("select count(*) as \"Value\" from inventory.find_drift()")).ShouldBe(0);

        async Task<bool> SellerAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, seller, receipt);
            return await command.ExecuteScalarAsync() is true;
        }
    }

    [Fact]
    public async Task And_back_for_whoever_has_to()
    {
        await _migrator.MigrateAsync();
        // Sold from two places, one piece of it shipped; a count that found no difference; a damaged piece.
        await ExecuteAsync(
            """
            insert into inventory.locations (id, name, priority, active, version) values ('01990000-0000-7000-8000-00000000000a', 'Store', 1, true, 1);
            select inventory.receive_stock(gen_random_uuid(), array['SOCK-1'], array[2], 'x', 'y');
            select inventory.receive_stock(gen_random_uuid(), array['SOCK-1'], array[3], 'x', 'y', '01990000-0000-7000-8000-00000000000a');
            select inventory.reserve_stock('01990000-0000-7000-8000-000000000002', array['SOCK-1'], array[4], 60);
            select inventory.commit_reservation('01990000-0000-7000-8000-000000000002');
            select inventory.consume_stock(gen_random_uuid(), '01990000-0000-7000-8000-000000000002', array['SOCK-1'], array[1]);
            insert into inventory.movements (sku, location_id, delta, on_hand, version, reason, actor, at)
            values ('SOCK-1', '01990000-0000-7000-8000-00000000000a', 0, 4, 5, 'recount', 'somebody', now());
            update inventory.stock_items set unavailable = 1 where sku = 'BOOT-42';
            """
        );

        (await Should.ThrowAsync<PostgresException>(() => _migrator.MigrateAsync("Initial"))).MessageText.ShouldStartWith("put damaged");
        await ExecuteAsync("update inventory.stock_items set unavailable = 0 where sku = 'BOOT-42'");
        await _migrator.MigrateAsync("Initial");

        (
            await ScalarAsync<string>(
                "select distinct outcome as \"Value\" from inventory.reserve_stock(gen_random_uuid(), array['BOOT-42', 'SOCK-1'], array[1, 1], 60)"
            )
        ).ShouldBe("reserved");
        (
            await ScalarAsync<string>(
                "select sku || available as \"Value\" from inventory.release_reservation('01990000-0000-7000-8000-000000000002')"
            )
        ).ShouldBe("SOCK-13");
    }

    private Task ExecuteAsync(string sql) => _db.Database.ExecuteSqlRawAsync(sql);

    private Task<T> ScalarAsync<T>(string sql) => _db.Database.SqlQueryRaw<T>(sql).SingleAsync();

    private static DbContextOptions<InventoryDbContext> Options(string connectionString) =>
        new DbContextOptionsBuilder<InventoryDbContext>()
            .UseNpgsql(
                new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString,
                npgsql => npgsql.MigrationsHistoryTable(ModuleData.MigrationsHistoryTable, InventoryModule.Schema)
            )
            .UseSnakeCaseNamingConvention()
            .Options;
}
