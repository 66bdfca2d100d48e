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
