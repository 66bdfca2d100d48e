using Shop.BuildingBlocks;
using Shop.Inventory.Contracts;
using Shop.Inventory.Domain;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class ConsumeReservationTests(ShopFixture shop)
{
    private readonly HttpClient _staff = shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task What_is_shipped_leaves_the_house_and_what_can_be_bought_stays_the_same()
    {
        var sku = await shop.StockedAsync(5);
        var (order, parcel) = (await SoldAsync(new StockLine(sku, 2)), Guid.CreateVersion7());

        (await shop.ConsumeAsync(parcel, order)).ShouldBe(new StockConsumed(parcel, order));

        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 3, 0, 3, 3));
        (await shop.StateAsync(order)).ShouldBe("consumed");
        (await shop.CommitAsync(order)).ShouldBe(new ReservationCommitted(order));
        var ledger = await shop.ScalarAsync<string>(
            "select delta || reason || actor from inventory.movements where sku = $1 and reference = $2",
            sku,
            order
        );
        ledger.ShouldBe("-2shippedsystem");
    }

    [Fact]
    public async Task An_order_is_shipped_in_several_parcels_and_the_rest_can_be_given_back()
    {
        var (boots, laces) = (await shop.StockedAsync(5), await shop.StockedAsync(5));
        var order = await SoldAsync(new(boots, 3), new(laces, 1));

        (await shop.ConsumeAsync(Guid.CreateVersion7(), order, new(boots, 1), new(laces, 1))).ShouldBeOfType<StockConsumed>();
        (await shop.StateAsync(order)).ShouldBe("committed");
        (await shop.LevelAsync(boots)).ShouldBe(new Level(boots, 4, 2, 2, 3));

        await shop.ReleaseAsync(order);
        (await shop.LevelAsync(boots)).ShouldBe(new Level(boots, 4, 0, 4, 4));
        (await shop.LevelAsync(laces)).ShouldBe(new Level(laces, 4, 0, 4, 3));
    }

    [Fact]
    public async Task Only_what_is_sold_and_there_is_shipped()
    {
        var (sku, missing) = (await shop.StockedAsync(5), await shop.StockedAsync(0));
        var held = Guid.CreateVersion7();
        await shop.ReserveAsync(held, new StockLine(sku, 1));
        var order = await SoldAsync(new StockLine(sku, 2));
        await _staff.SetPolicyAsync(missing, new(true, 2, null)).ReadAsync<StockPolicy>();
        var awaited = await SoldAsync(new StockLine(missing, 1));

        await ShouldRefuseAsync("inventory.not_committed", held);
        await ShouldRefuseAsync("inventory.not_committed", Guid.CreateVersion7());
        await ShouldRefuseAsync("inventory.more_than_reserved", order, new StockLine(sku, 3));
        await ShouldRefuseAsync("inventory.more_than_reserved", order, new StockLine(missing, 1));
        await ShouldRefuseAsync("inventory.not_on_hand", awaited);
        await shop.ConsumeAsync(Guid.CreateVersion7(), order);
        await ShouldRefuseAsync("inventory.already_shipped", order);

        await shop.ReceiveAsync(missing, 1);
        (await shop.ConsumeAsync(Guid.CreateVersion7(), awaited)).ShouldBeOfType<StockConsumed>();
        (await shop.LevelAsync(missing)).ShouldBe(new Level(missing, 0, 0, 0, 5));
    }

    [Fact]
    public async Task A_parcel_waits_for_pieces_that_are_there_for_another_order()
    {
        var sku = await shop.StockedAsync(2);
        await _staff.SetPolicyAsync(sku, new(true, 9, null)).ReadAsync<StockPolicy>();
        var first = await SoldAsync(new StockLine(sku, 2));
        var (second, third) = (await SoldAsync(new StockLine(sku, 3)), await SoldAsync(new StockLine(sku, 1)));
        var parcel = Guid.CreateVersion7();

        (await shop.ConsumeAsync(parcel, second)).ShouldBe(new ConsumptionRejected(parcel, second, "inventory.not_on_hand"));
        await shop.ReceiveAsync(sku, 2);
        (await shop.ConsumeAsync(parcel, second)).ShouldBe(new ConsumptionRejected(parcel, second, "inventory.not_on_hand"));
        (await shop.ConsumeAsync(Guid.CreateVersion7(), second, new StockLine(sku, 1))).ShouldBeOfType<StockConsumed>();
        // The pieces of the first are its own; the last one goes to whichever of the others is packed.
        (await shop.ConsumeAsync(parcel, second)).ShouldBeOfType<ConsumptionRejected>();
        (await shop.ConsumeAsync(Guid.CreateVersion7(), third)).ShouldBeOfType<StockConsumed>();
        (await shop.ConsumeAsync(Guid.CreateVersion7(), first)).ShouldBeOfType<StockConsumed>();

        await shop.ReceiveAsync(sku, 2);
        (await shop.ConsumeAsync(parcel, second)).ShouldBe(new StockConsumed(parcel, second));
        (await shop.ConsumeAsync(parcel, second)).ShouldBe(new StockConsumed(parcel, second));
        (await shop.LevelAsync(sku)).ShouldSatisfyAllConditions(l => (l.OnHand, l.Reserved).ShouldBe((0, 0)));
    }

    [Fact]
    public async Task A_backorder_is_shipped_from_what_a_canceled_order_gives_back()
    {
        var sku = await shop.StockedAsync(1);
        await _staff.SetPolicyAsync(sku, new(true, 1, null)).ReadAsync<StockPolicy>();
        var (canceled, awaited) = (await SoldAsync(new StockLine(sku, 1)), await SoldAsync(new StockLine(sku, 1)));
        await ShouldRefuseAsync("inventory.not_on_hand", awaited);

        await shop.ReleaseAsync(canceled);

        (await shop.ConsumeAsync(Guid.CreateVersion7(), awaited)).ShouldBeOfType<StockConsumed>();
    }

    [Fact]
    public async Task What_lies_at_two_locations_leaves_both()
    {
        var (sku, store) = (await shop.StockedAsync(1), await _staff.OpenLocationAsync());
        await _staff.AdjustAsync(new(sku, 2, "received", store.Id)).ReadAsync<Adjustment>();
        var order = await SoldAsync(new StockLine(sku, 2));

        await shop.ConsumeAsync(Guid.CreateVersion7(), order);

        (await _staff.StockLevelAsync(sku))
            .Locations.Select(l => (l.LocationId, l.OnHand, l.Committed))
            .ShouldBe([(Location.Main, 0, 0), (store.Id, 1, 0)]);
    }

    [Fact, RedeliveryOf<ConsumeReservationHandler>(typeof(ConsumeReservation))]
    public async Task Redelivered_parcel_leaves_the_house_once()
    {
        var sku = await shop.StockedAsync(9);
        var order = await SoldAsync(new StockLine(sku, 5));
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await shop.DeliverAsync(new ConsumeReservation(one, order, [new(sku, 2)]), one);
        await shop.DeliverAsync(new ConsumeReservation(one, order, [new(sku, 2)]), one);
        await shop.DeliverAsync(new ConsumeReservation(two, order, [new(sku, 1)]), two, copies: 5);

        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 6, 2, 4, 4));
        await shop.IsToldAsync<StockConsumed>($"{two}");
        (await shop.ConsumeAsync(one, order, new StockLine(sku, 2))).ShouldBe(new StockConsumed(one, order));
    }

    private async Task<Guid> SoldAsync(params StockLine[] lines)
    {
        var id = Guid.CreateVersion7();
        (await shop.ReserveAsync(id, lines)).Answer.ShouldBeOfType<StockReserved>();
        (await shop.CommitAsync(id)).ShouldBe(new ReservationCommitted(id));
        return id;
    }

    private async Task ShouldRefuseAsync(string code, Guid reservation, params StockLine[] lines)
    {
        var parcel = Guid.CreateVersion7();
        (await shop.ConsumeAsync(parcel, reservation, lines)).ShouldBe(new ConsumptionRejected(parcel, reservation, code));
        (await shop.ConsumeAsync(parcel, reservation, lines)).ShouldBe(new ConsumptionRejected(parcel, reservation, code));
    }
}
