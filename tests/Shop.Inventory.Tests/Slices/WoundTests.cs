using Npgsql;
using Shop.Inventory.Contracts;

namespace Shop.Inventory.Tests;

/// <summary>
/// What went wrong in other shops: the way it is done there, beside the way it is done here. Alone, because the way it is done there leaves the
/// books wrong for a moment.
/// </summary>
[Collection(Alone.Name)]
public sealed class WoundTests(ShopFixture shop)
{
    [Fact]
    public async Task Oversell()
    {
        var sku = await shop.StockedAsync(1);
        // There: two buyers look, both see a piece, both take it. The database stops the second, whoever wrote the code.
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        (await LookAsync(one, sku), await LookAsync(two, sku)).ShouldBe((1, 1));
        await TakeAsync(one, sku);
        (await Should.ThrowAsync<PostgresException>(() => TakeAsync(two, sku))).SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
        await TakeAsync(one, sku, pieces: -1);

        var other = await shop.StockedAsync(1);
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(other, 1)))
        );
        outcomes.Count(o => o.Answer is StockReserved).ShouldBe(1);
        outcomes.Count(o => o.Answer is StockRejected { Code: "inventory.out_of_stock" }).ShouldBe(1);
    }

    [Fact]
    public async Task Two_lines_of_one_item_each_passing_the_check()
    {
        var sku = await shop.StockedAsync(3);
        // There: each line is compared with the stock by itself.
        var eachPasses = await shop.ScalarAsync<bool>(
            """
            select bool_and(i.sellable >= line) from inventory.stock_items i, unnest(array[2, 2]) as line where i.sku = $1
            """,
            sku
        );
        eachPasses.ShouldBeTrue();

        (await shop.ReserveAsync(Guid.CreateVersion7(), new(sku, 2), new(sku, 2)))
            .Answer.ShouldBeOfType<StockRejected>()
            .Shortages.ShouldBe([new(sku, 4, 3)]);
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(shop.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<int> LookAsync(NpgsqlConnection connection, string sku)
    {
        await using var look = new NpgsqlCommand("select available from inventory.stock_items where sku = $1", connection);
        look.Parameters.Add(new() { Value = sku });
        return (int)(await look.ExecuteScalarAsync())!;
    }

    private static async Task TakeAsync(NpgsqlConnection connection, string sku, int pieces = 1)
    {
        await using var take = new NpgsqlCommand("update inventory.stock_items set reserved = reserved + $2 where sku = $1", connection);
        take.Parameters.Add(new() { Value = sku });
        take.Parameters.Add(new() { Value = pieces });
        await take.ExecuteNonQueryAsync();
    }
}
