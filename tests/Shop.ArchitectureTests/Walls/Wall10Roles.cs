using Microsoft.Extensions.Configuration;
using Npgsql;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 10, in the database: each module's role reads and writes its own schema, and a query into another one fails with 42501.</summary>
public sealed class Wall10Roles(ShopFixture shop, PlantedDatabase planted)
{
    [Fact]
    public async Task A_query_under_another_modules_role_fails()
    {
        var tables = await TablesAsync(shop.ConnectionString);
        var modules = ShopModule.All.Select(m => m.Schema).ToArray();
        tables.Select(t => t.Schema).Distinct().ShouldBe(modules, ignoreOrder: true);
        (await OpenDoorsAsync(shop.ConnectionString, modules, tables)).ShouldBeNone(tables.Count * (modules.Length - 1));
    }

    // Without this, a role that may do nothing at all would pass for a wall.
    [Fact]
    public async Task A_query_under_the_modules_own_role_works()
    {
        var tables = await TablesAsync(shop.ConnectionString);
        foreach (var schema in tables.ToLookup(t => t.Schema, t => t.Table))
        {
            await using var connection = await OpenAsync(shop.ConnectionString, schema.Key);
            foreach (var table in schema)
                (await SqlStateAsync(connection, $"select 1 from {schema.Key}.{table} limit 0")).ShouldBeNull($"{schema.Key}.{table}");
        }
    }

    [Fact]
    public async Task A_module_can_not_change_its_tables_or_give_rights_away()
    {
        foreach (var module in ShopModule.All.Select(m => m.Schema))
        {
            await using var connection = await OpenAsync(shop.ConnectionString, module);
            (await SqlStateAsync(connection, $"create table {module}.planted (id int)")).ShouldBe("42501", module);
            (await SqlStateAsync(connection, "create table public.planted (id int)")).ShouldBe("42501", module);
            (await SqlStateAsync(connection, "create schema planted")).ShouldBe("42501", module);
        }
    }

    [Fact]
    public async Task Planted_grant_is_caught()
    {
        await planted.ExecuteAsync(
            """
            create table orders.planted_open (id int);
            grant usage on schema orders to shop_carts;
            grant select on orders.planted_open to shop_carts;
            """
        );
        var found = await OpenDoorsAsync(
            await planted.ConnectionStringAsync(),
            ["carts", "search"],
            [("orders", "planted_open"), ("orders", "nowhere")]
        );
        found.ShouldCatch("shop_carts", "reads orders.planted_open");
        found.ShouldCatch("shop_carts", "orders.nowhere ends with 42P01");
        found.ShouldSpare("shop_search");
    }

    private static async Task<IReadOnlyList<Violation>> OpenDoorsAsync(
        string connectionString,
        IEnumerable<string> modules,
        IReadOnlyList<(string Schema, string Table)> tables
    )
    {
        var found = new List<Violation>();
        foreach (var module in modules)
        {
            await using var connection = await OpenAsync(connectionString, module);
            foreach (var (schema, table) in tables.Where(t => t.Schema != module))
            {
                var state = await SqlStateAsync(connection, $"select 1 from {schema}.{table} limit 0");
                if (state == PostgresErrorCodes.InsufficientPrivilege)
                    continue;
                var what = state is null ? $"reads {schema}.{table}" : $"{schema}.{table} ends with {state}, not with 42501";
                found.Add(new(ModuleData.RoleOf(module), what, "take the grant away; the Migrator gives a role its own schema only"));
            }
        }
        return found;
    }

    private static async Task<IReadOnlyList<(string Schema, string Table)>> TablesAsync(string connectionString)
    {
        var schemas = string.Join(',', ShopModule.All.Select(m => $"'{m.Schema}'"));
        var rows = await Sql.QueryAsync(
            connectionString,
            $"""
            select table_schema, quote_ident(table_name) from information_schema.tables
            where table_schema in ({schemas}) and table_name <> '{ModuleData.MigrationsHistoryTable}'
            """
        );
        return [.. rows.Select(r => (r[0], r[1]))];
    }

    private static async Task<string?> SqlStateAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException refused)
        {
            return refused.SqlState;
        }
    }

    // The same connection string as the host's, so that the same wall is tried.
    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, string module)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:Shop", connectionString + ";Pooling=false")])
            .Build();
        var connection = new NpgsqlConnection(ModuleData.ConnectionString(configuration, ModuleData.RoleOf(module)));
        await connection.OpenAsync();
        return connection;
    }
}
