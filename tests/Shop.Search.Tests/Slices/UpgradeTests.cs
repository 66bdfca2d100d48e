using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host;
using Shop.Host.Migrations;
using Shop.Search.Data;
using Shop.Search.Domain;

namespace Shop.Search.Tests.Slices;

/// <summary>A shop whose index was made before there were facets.</summary>
public sealed class UpgradeTests : IAsyncLifetime
{
    private const string Before = """
        insert into search.items (product_id, slug, title, category, price_minor, price_currency, skus, codes, document, head, version, published, sold)
        values
          ('01990000-0000-7000-8000-000000000001', 'boot', 'Bööt', 'Shoes', 1999, 'EUR', array['B-1'], array['B-1'],
           to_tsvector('english', 'Bööt of leather'), to_tsvector('english', 'Bööt'), 3, true, 7),
          ('01990000-0000-7000-8000-000000000002', 'hat', 'Hat', null, 999, 'EUR', array['H-1'], array['H-1'], '', '', 2, false, 0);
        insert into search.availability (sku, in_stock, version) values ('B-1', true, 1);
        """;

    private readonly TestDatabase _database = new();
    private SearchDbContext _db = null!;
    private IMigrator _migrator = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.CreateAsync();
        _db = new SearchDbContext(
            new DbContextOptionsBuilder<SearchDbContext>()
                .UseNpgsql(
                    new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Pooling = false }.ConnectionString,
                    npgsql => npgsql.MigrationsHistoryTable(ModuleData.MigrationsHistoryTable, SearchModule.Schema)
                )
                .UseSnakeCaseNamingConvention()
                .Options
        );
        await _db.Database.ExecuteSqlRawAsync("drop schema search cascade");
        _migrator = _db.GetService<IMigrator>();
        await _migrator.MigrateAsync("Initial");
        await _db.Database.ExecuteSqlRawAsync(Before);
    }

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task What_the_old_index_knew_is_found_and_a_rebuild_is_asked_for()
    {
        await _migrator.MigrateAsync();

        (await _db.Items.AsNoTracking().Select(i => $"{i.Title} {i.TitleKey} {i.Sold} {i.InStock}").ToListAsync()).ShouldBe([
            "Bööt boot 7 True",
        ]);
        var known = await _db.Products.AsNoTracking().OrderBy(p => p.Slug).ToListAsync();
        known.Select(p => $"{p.Slug} {p.Version} {p.Published} {p.Sold}").ShouldBe(["boot 3 True 7", "hat 2 False 0"]);
        known[0].OwnFacets.ShouldBe([FacetValue.IdOf(FacetValue.Category, "Shoes")]);
        (await _db.FacetValues.AsNoTracking().SingleAsync()).Id.ShouldBe(known[0].OwnFacets[0]);
        (await _db.Rebuilds.AsNoTracking().SingleAsync()).State.ShouldBe(RebuildState.Requested);
    }

    [Fact]
    public async Task An_upgrade_writes_each_row_once_and_may_take_longer_than_other_statements()
    {
        const int Seconds = 5;
        await using var reader = new NpgsqlConnection(_database.ConnectionString);
        await reader.OpenAsync();
        await using var reading = await reader.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("lock table search.items in access share mode", reader, reading);
        await hold.ExecuteNonQueryAsync();
        await using var app = Build($"--ConnectionStrings:Shop={_database.ConnectionString};Command Timeout={Seconds}");

        var upgrade = app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
        await using var waits = new NpgsqlCommand(
            $"""
            select exists (select from pg_locks where not granted and relation = 'search.items'::regclass
                           and waitstart < clock_timestamp() - interval '{Seconds + 1} seconds')
            """,
            reader,
            reading
        );
        await Eventually.IsTrueAsync(
            "the upgrade has waited for the reader",
            async () => upgrade.IsCompleted || await waits.ExecuteScalarAsync() is true,
            TimeSpan.FromMinutes(2)
        );
        await reading.CommitAsync();
        await upgrade;

        (await _db.Items.AsNoTracking().SingleAsync()).TitleKey.ShouldBe("boot");
        // Told at a transaction's end, or a little later.
        await Eventually.IsTrueAsync(
            "the row was written once",
            async () =>
                await ScalarAsync<long>("select n_tup_upd as \"Value\" from pg_stat_user_tables where relid = 'search.items'::regclass")
                == 1
        );
    }

    [Fact]
    public async Task A_shop_of_another_language_gets_its_index_after_the_rebuild_that_the_upgrade_asked_for()
    {
        await using var app = Build([
            $"--ConnectionStrings:Shop={_database.ConnectionString}",
            .. TestSettings.All.Select(s => $"--{s.Key}={s.Value}"),
            "--Search:Language=german",
        ]);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
        await app.StartAsync();

        await Eventually.IsTrueAsync(
            "the index speaks German",
            async () => await ScalarAsync<string>("select language as \"Value\" from search.state") == "german",
            TimeSpan.FromMinutes(2)
        );

        await app.StopAsync();
        (
            await ScalarAsync<string>(
                "select string_agg(language || ' ' || state, ', ' order by requested_at) as \"Value\" from search.rebuilds"
            )
        ).ShouldBe("english completed, german completed");
    }

    [Fact]
    public async Task And_back_for_whoever_has_to()
    {
        await _migrator.MigrateAsync();
        await _db.Database.ExecuteSqlRawAsync("update search.items set in_stock = false");

        await _migrator.MigrateAsync("Initial");

        var old = await _db
            .Database.SqlQueryRaw<string>(
                "select slug || ' ' || title_key || ' ' || skus[1] || ' ' || version || ' ' || published as \"Value\" from search.items"
            )
            .SingleAsync();
        old.ShouldBe("boot bööt B-1 3 true");
    }

    private static WebApplication Build(params string[] args) =>
        ShopApplication.Build(["--environment=Testing", "--urls=http://127.0.0.1:0", .. args]);

    private Task<T> ScalarAsync<T>(string sql) => _db.Database.SqlQueryRaw<T>(sql).SingleAsync();
}
