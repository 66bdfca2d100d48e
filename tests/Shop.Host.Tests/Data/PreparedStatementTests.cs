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
        var (owner, table, connection) = await TableAsync("create table {0} (a int); insert into {0} values (1)");
        await using var _ = owner;
        await using var __ = connection;
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
        var (owner, table, connection) = await TableAsync(
            "create table {0} (a int primary key); insert into {0} select generate_series(1, 10); analyze {0}"
        );
        await using var _ = owner;
        await using var __ = connection;
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
        // Large enough for workers, and never analysed.
        var (owner, table, connection) = await TableAsync(
            """
            create table {0} (id int, sku text, filler text) with (autovacuum_enabled = off);
            create index on {0} (id);
            insert into {0} select i / 3, 'sku ' || i, repeat('x', 200) from generate_series(1, 90000) i
            """
        );
        await using var _ = owner;
        await using var __ = connection;
        await using var command = new NpgsqlCommand(
            $"explain select p.id, v.sku from (select 7 as id union all select id from {table} where id = 8) p join {table} v on v.id = p.id order by v.sku",
            connection
        );
        var plan = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                plan.Add(reader.GetString(0));

        plan.ShouldContain(line => line.Contains("Index Cond: (id ="), string.Join('\n', plan));
        plan.ShouldNotContain(line => line.Contains("Parallel") || line.Contains("Gather"), string.Join('\n', plan));
    }

    // A table of the owner's, and a module that may read it.
    private async Task<(NpgsqlDataSource Owner, string Table, NpgsqlConnection Module)> TableAsync(string made)
    {
        var owner = NpgsqlDataSource.Create(shop.ConnectionString);
        var table = $"analytics.t{Guid.CreateVersion7():N}";
        await ExecuteAsync(owner, made.Replace("{0}", table) + $"; grant select on {table} to shop_analytics");
        return (owner, table, await shop.Services.GetRequiredKeyedService<NpgsqlDataSource>("analytics").OpenConnectionAsync());
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
