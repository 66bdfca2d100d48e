using Npgsql;
using Shop.BuildingBlocks;
using Shop.Inventory.Contracts;
using Shop.Inventory.Domain;
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

    [Fact]
    public async Task Pieces_lie_where_they_were_received_and_backorders_wait_at_the_main_location()
    {
        using var staff = shop.ClientAs(Policies.Staff);
        var (sku, store) = (Warehouse.NewSku(), await staff.OpenLocationAsync());

        (await ReceiveAtAsync(store.Id, sku, 2))!.Items.ShouldBe([new(sku, true, 1)]);
        await ReceiveAtAsync(store.Id, sku, 1);
        await staff.SetPolicyAsync(sku, new(true, 5, null)).ReadAsync<StockPolicy>();
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 4))).Answer.ShouldBeOfType<StockReserved>();

        (await staff.StockLevelAsync(sku))
            .Locations.Select(l => (l.LocationId, l.OnHand, l.Available))
            .ShouldBe([(Location.Main, 0, -1), (store.Id, 3, 0)]);
        (
            await shop.ScalarAsync<long>("select sum(delta) from inventory.movements where sku = $1 and location_id = $2", sku, store.Id)
        ).ShouldBe(3);
        (await shop.ScalarAsync<long>("select count(*) from inventory.find_drift() where sku = $1", sku)).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_received_at_a_location_that_is_closed_or_unknown()
    {
        using var staff = shop.ClientAs(Policies.Staff);
        var (sku, closed) = (Warehouse.NewSku(), await staff.OpenLocationAsync());
        await staff
            .SendAsync(HttpMethod.Put, $"locations/{closed.Id}", new UpdateLocation(closed.Name, 5, Active: false))
            .ReadAsync<LocationView>();

        foreach (var location in new[] { closed.Id, Guid.CreateVersion7() })
            (await Should.ThrowAsync<PostgresException>(() => ReceiveAtAsync(location, sku, 1))).SqlState.ShouldBe(
                PostgresErrorCodes.ForeignKeyViolation
            );

        (await shop.ScalarAsync<long>("select count(*) from inventory.stock_items where sku = $1", sku)).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_host_of_the_version_before_receives_lies_at_the_main_location()
    {
        var sku = Warehouse.NewSku();

        // As that version asks for it.
        (
            await shop.ScalarAsync<string>(
                "select sku || available || version from inventory.receive_stock(gen_random_uuid(), array[$1], array[4], 'delivery', 'system')",
                sku
            )
        ).ShouldBe($"{sku}41");

        (
            await shop.ScalarAsync<int>(
                "select on_hand from inventory.stock_levels where sku = $1 and location_id = $2",
                sku,
                Location.Main
            )
        ).ShouldBe(4);
    }

    private Task<AvailabilityChanged?> ReceiveAtAsync(Guid location, string sku, int pieces) =>
        shop.HandleAsync(db =>
            ReceiveStockHandler.Handle(new(Guid.CreateVersion7(), [new(sku, pieces)], "delivery", location), db, default)
        );

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
