using Npgsql;
using Shop.Inventory.Contracts;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class ReserveStockTests(ShopFixture shop)
{
    [Fact]
    public async Task Held_pieces_are_no_longer_available()
    {
        var sku = await shop.StockedAsync(5);
        var id = Guid.CreateVersion7();

        var outcome = await shop.ReserveAsync(id, new StockLine(sku, 2));

        outcome.Answer.ShouldBe(new StockReserved(id));
        outcome.Changed.ShouldBeNull();
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 5, 2, 3, 2));
    }

    [Fact]
    public async Task All_lines_are_held_or_none()
    {
        var (plenty, scarce, unknown) = (await shop.StockedAsync(9), await shop.StockedAsync(1), Warehouse.NewSku());
        var (id, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        var rejected = (await shop.ReserveAsync(id, new(plenty, 1), new(scarce, 2))).Answer.ShouldBeOfType<StockRejected>();
        rejected.Code.ShouldBe("inventory.out_of_stock");
        rejected.Shortages.ShouldBe([new(scarce, 2, 1)]);

        rejected = (await shop.ReserveAsync(other, new(plenty, 1), new(unknown, 1))).Answer.ShouldBeOfType<StockRejected>();
        rejected.Code.ShouldBe("inventory.unknown_sku");
        rejected.Shortages.ShouldBe([new(unknown, 1, 0)]);

        (await shop.LevelAsync(plenty)).Reserved.ShouldBe(0);
        (await shop.LevelAsync(scarce)).Reserved.ShouldBe(0);
    }

    [Fact]
    public async Task Two_lines_of_one_sku_count_together()
    {
        var sku = await shop.StockedAsync(3);

        var rejected = (await shop.ReserveAsync(Guid.CreateVersion7(), new(sku, 2), new(sku, 2))).Answer.ShouldBeOfType<StockRejected>();
        rejected.Shortages.ShouldBe([new(sku, 4, 3)]);

        (await shop.ReserveAsync(Guid.CreateVersion7(), new(sku, 2), new(sku, 1))).Answer.ShouldBeOfType<StockReserved>();
        (await shop.LevelAsync(sku)).Available.ShouldBe(0);
    }

    [Fact]
    public async Task More_than_any_stock_is_out_of_stock_and_not_an_error()
    {
        var sku = await shop.StockedAsync(3);
        var outcome = await shop.ReserveAsync(Guid.CreateVersion7(), new(sku, int.MaxValue), new(sku, int.MaxValue));
        outcome.Answer.ShouldBeOfType<StockRejected>().Code.ShouldBe("inventory.out_of_stock");
    }

    [Fact]
    public async Task The_last_piece_taken_is_told_once_with_the_items_version()
    {
        var sku = await shop.StockedAsync(3);
        var id = Guid.CreateVersion7();
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 2))).Changed.ShouldBeNull();

        (await shop.ReserveAsync(id, new StockLine(sku, 1))).Crossed.ShouldBe([new(sku, false, 3)]);
        (await shop.ReserveAsync(id, new StockLine(sku, 1))).Changed.ShouldBeNull();
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))).Changed.ShouldBeNull();

        (await shop.ReleaseAsync(id)).Crossed.ShouldBe([new(sku, true, 4)]);
    }

    [Fact]
    public async Task Listeners_hear_when_an_item_sells_out_and_when_it_is_back()
    {
        var sku = await shop.StockedAsync(1);
        var (sold, forgotten) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await shop.DeliverAsync(new ReserveStock(sold, [new(sku, 1)], 600), sold);
        await shop.IsToldAsync<AvailabilityChanged>($"{{\"sku\":\"{sku}\",\"inStock\":false,\"version\":2}}");

        await shop.DeliverAsync(new ReleaseReservation(sold), sold);
        await shop.IsToldAsync<AvailabilityChanged>($"{{\"sku\":\"{sku}\",\"inStock\":true,\"version\":3}}");

        await shop.HoldAsync(forgotten, seconds: 0, new StockLine(sku, 1));
        await shop.IsToldAsync<AvailabilityChanged>($"{{\"sku\":\"{sku}\",\"inStock\":true,\"version\":5}}");
    }

    [Fact, RedeliveryOf<ReserveStockHandler>(typeof(ReserveStock))]
    public async Task Redelivered_command_reserves_once()
    {
        var sku = await shop.StockedAsync(10);
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await shop.DeliverAsync(new ReserveStock(one, [new(sku, 3)], 600), one);
        await shop.DeliverAsync(new ReserveStock(one, [new(sku, 3)], 600), one);
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(3);
        (await shop.ReserveAsync(one, new StockLine(sku, 3))).Answer.ShouldBe(new StockReserved(one));

        await shop.DeliverAsync(new ReserveStock(two, [new(sku, 2)], 600), two, copies: 5);
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(5);
    }

    [Fact]
    public async Task Redelivered_command_is_answered_in_the_same_words_even_if_stock_has_come_since()
    {
        var sku = await shop.StockedAsync(1);
        var id = Guid.CreateVersion7();
        var first = (await shop.ReserveAsync(id, new StockLine(sku, 2))).Answer.ShouldBeOfType<StockRejected>();
        await shop.ReceiveAsync(sku, 10);

        var second = (await shop.ReserveAsync(id, new StockLine(sku, 2))).Answer.ShouldBeOfType<StockRejected>();

        second.Code.ShouldBe(first.Code);
        second.Shortages.ShouldBe(first.Shortages);
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(0);
    }

    [Fact]
    public async Task The_database_refuses_to_promise_more_than_there_is()
    {
        var sku = await shop.StockedAsync(1);
        var refused = await Should.ThrowAsync<PostgresException>(() =>
            shop.ScalarAsync<int>("update inventory.stock_items set reserved = 2 where sku = $1 returning 1", sku)
        );
        refused.ConstraintName.ShouldBe("stock_items_no_oversell");
    }
}
