using Npgsql;
using Shop.Inventory.Contracts;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class ReceiveStockTests(ShopFixture shop)
{
    [Fact]
    public async Task Received_pieces_are_on_hand_and_in_the_ledger()
    {
        var sku = Warehouse.NewSku();

        (await shop.ReceiveAsync(sku, 4))!.Items.ShouldBe([new(sku, true, 1)]);
        (await shop.ReceiveAsync(sku, 2)).ShouldBeNull();

        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 6, 0, 6, 2));
        (await shop.ScalarAsync<long>("select sum(delta) from inventory.movements where sku = $1", sku)).ShouldBe(6);
    }

    [Fact]
    public async Task A_quantity_of_none_only_creates_the_item()
    {
        var sku = Warehouse.NewSku();

        (await shop.ReceiveAsync(sku, 0))!.Items.ShouldBe([new(sku, false, 1)]);
        (await shop.ReceiveAsync(sku, 0)).ShouldBeNull();

        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 0, 0, 0, 1));
    }

    [Fact]
    public async Task Pieces_for_a_sold_out_item_are_told()
    {
        var sku = await shop.StockedAsync(1);
        await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1));
        (await shop.ReceiveAsync(sku, 3))!.Items.ShouldBe([new(sku, true, 3)]);
    }

    [Fact, RedeliveryOf<ReceiveStockHandler>(typeof(ReceiveStock))]
    public async Task Redelivered_receipt_is_booked_once()
    {
        var (sku, one, two) = (Warehouse.NewSku(), Guid.CreateVersion7(), Guid.CreateVersion7());

        await shop.DeliverAsync(new ReceiveStock(one, [new(sku, 3), new(sku, 1)], "delivery"), one);
        await shop.DeliverAsync(new ReceiveStock(one, [new(sku, 3), new(sku, 1)], "delivery"), one);
        (await shop.LevelAsync(sku)).OnHand.ShouldBe(4);

        await shop.DeliverAsync(new ReceiveStock(two, [new(sku, 5)], "delivery"), two, copies: 5);
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 9, 0, 9, 2));
    }

    [Theory]
    [InlineData("update inventory.movements set delta = 100 where sku = $1 returning 1")]
    [InlineData("delete from inventory.movements where sku = $1 returning 1")]
    public async Task The_ledger_cannot_be_rewritten(string rewrite)
    {
        var sku = await shop.StockedAsync(1);
        (await Should.ThrowAsync<PostgresException>(() => shop.ScalarAsync<int>(rewrite, sku))).SqlState.ShouldBe(
            PostgresErrorCodes.RestrictViolation
        );
    }
}
