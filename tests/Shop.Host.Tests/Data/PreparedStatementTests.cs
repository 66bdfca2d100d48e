using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Host.Messaging;

namespace Shop.Host.Tests.Data;

/// <summary>Statements stay prepared while the tables below them change.</summary>
public sealed class PreparedStatementTests(ShopFixture shop)
{
    [Fact]
    public async Task A_column_added_while_the_shop_runs_costs_a_connection_one_failure_that_is_tried_again()
    {
        await using var owner = NpgsqlDataSource.Create(shop.ConnectionString);
        var table = $"analytics.t{Guid.CreateVersion7():N}";
        await ExecuteAsync(
            owner,
            $"create table {table} (a int); insert into {table} values (1); grant select on {table} to shop_analytics"
        );
        var module = shop.Services.GetRequiredKeyedService<NpgsqlDataSource>("analytics");
        await using var connection = await module.OpenConnectionAsync();
        for (var i = 0; i < 5; i++)
            await ColumnsAsync(connection, table);
        await ExecuteAsync(owner, $"alter table {table} add b int");

        var failure = await Should.ThrowAsync<PostgresException>(() => ColumnsAsync(connection, table));

        ShopBus.IsTransient(failure).ShouldBeTrue();
        (await ColumnsAsync(connection, table)).ShouldBe(2);
    }

    [Fact]
    public async Task What_was_planned_for_a_handful_of_rows_is_still_found_by_its_index_when_an_import_has_filled_the_table()
    {
        await using var owner = NpgsqlDataSource.Create(shop.ConnectionString);
        var table = $"analytics.t{Guid.CreateVersion7():N}";
        await ExecuteAsync(
            owner,
            $"create table {table} (a int primary key); insert into {table} select generate_series(1, 10); analyze {table}; grant select on {table} to shop_analytics"
        );
        var module = shop.Services.GetRequiredKeyedService<NpgsqlDataSource>("analytics");
        await using var connection = await module.OpenConnectionAsync();
        await ScalarAsync(connection, $"prepare by_key (int) as select a from {table} where a = $1");
        // From the sixth time on the plan is one for all values, and kept.
        for (var i = 0; i < 6; i++)
            await ScalarAsync(connection, "execute by_key (1)");
        await ExecuteAsync(owner, $"insert into {table} select generate_series(11, 20000)");

        var plan = await ScalarAsync(connection, "explain execute by_key (1)");

        await ScalarAsync(connection, "deallocate by_key");
        plan.ShouldBeOfType<string>().ShouldStartWith("Index");
    }

    [Fact]
    public async Task A_product_is_found_by_its_index_in_a_table_that_was_filled_a_moment_ago()
    {
        await using var owner = NpgsqlDataSource.Create(shop.ConnectionString);
        var table = $"analytics.t{Guid.CreateVersion7():N}";
        // Large enough for workers, and never analysed.
        await ExecuteAsync(
            owner,
            $"""
            create table {table} (id int, sku text, filler text) with (autovacuum_enabled = off);
            create index on {table} (id);
            insert into {table} select i / 3, 'sku ' || i, repeat('x', 200) from generate_series(1, 90000) i;
            grant select on {table} to shop_analytics
            """
        );
        var module = shop.Services.GetRequiredKeyedService<NpgsqlDataSource>("analytics");
        await using var connection = await module.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"explain select p.id, v.sku from (select 7 as id union all select id from {table} where id = 8) p join {table} v on v.id = p.id order by v.sku",
            connection
        );
        var plan = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                plan.Add(reader.GetString(0));

        plan.ShouldNotContain(line => line.Contains("Parallel") || line.Contains("Gather"), string.Join('\n', plan));
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<int> ColumnsAsync(NpgsqlConnection connection, string table)
    {
        await using var command = new NpgsqlCommand($"select * from {table}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        return reader.FieldCount;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
