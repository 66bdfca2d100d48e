using Shop.BuildingBlocks;
using Shop.Inventory.Contracts;
using Shop.Inventory.Domain;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class MoveStockTests(ShopFixture shop)
{
    private readonly HttpClient _staff = shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task Pieces_on_hand_are_available_committed_reserved_damaged_or_safety_stock()
    {
        var sku = await shop.StockedAsync(20);
        var sold = Guid.CreateVersion7();
        await shop.ReserveAsync(sold, new StockLine(sku, 4));
        await shop.CommitAsync(sold);
        await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 3));
        await _staff.MoveAsync(new(sku, 2, new("available"), new("damaged"), "damage")).ReadAsync<StockMoved>();
        await _staff.MoveAsync(new(sku, 1, new("available"), new("safetyStock"), "keep one")).ReadAsync<StockMoved>();

        var level = await _staff.StockLevelAsync(sku);

        level.ShouldSatisfyAllConditions(
            l => l.OnHand.ShouldBe(20),
            l => l.Available.ShouldBe(10),
            l => l.Committed.ShouldBe(4),
            l => l.Reserved.ShouldBe(3),
            l => l.Damaged.ShouldBe(2),
            l => l.SafetyStock.ShouldBe(1),
            l => l.OnHand.ShouldBe(l.Available + l.Committed + l.Reserved + l.Damaged + l.SafetyStock),
            l => l.Locations.ShouldHaveSingleItem().ShouldBe(new StockLevelAt(Location.Main, 20, 10, 4, 3, 2, 1))
        );
    }

    [Fact]
    public async Task Damaged_pieces_cannot_be_bought_until_they_are_mended()
    {
        var sku = await shop.StockedAsync(2);

        await _staff.MoveAsync(new(sku, 2, new("available"), new("damaged"), "damage")).ReadAsync<StockMoved>();
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1)))
            .Answer.ShouldBeOfType<StockRejected>()
            .Shortages.ShouldBe([new(sku, 1, 0)]);
        await shop.IsToldAsync<AvailabilityChanged>($"{{\"sku\":\"{sku}\",\"inStock\":false,\"version\":2}}");

        await _staff.MoveAsync(new(sku, 1, new("damaged"), new("available"), "mended")).ReadAsync<StockMoved>();
        await shop.IsToldAsync<AvailabilityChanged>($"{{\"sku\":\"{sku}\",\"inStock\":true,\"version\":3}}");
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))).Answer.ShouldBeOfType<StockReserved>();
    }

    [Fact]
    public async Task A_transfer_takes_pieces_from_one_location_to_another_and_stands_in_the_ledger_twice()
    {
        var (sku, store) = (await shop.StockedAsync(5), await _staff.OpenLocationAsync());
        var key = Guid.CreateVersion7().ToString();
        var transfer = new MoveStock(sku, 3, new("available"), new("damaged", store.Id), "transfer");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _staff.MoveAsync(transfer, key)));
        var texts = await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()));

        texts.Distinct().ShouldHaveSingleItem();
        var lines = (await Task.FromResult(answers[0]).ReadAsync<StockMoved>()).Lines;
        lines.Select(l => (l.LocationId, l.Delta, l.DamagedDelta)).ShouldBe([(Location.Main, -3, 0), (store.Id, 3, 3)]);
        lines.Select(l => l.Reference).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
        var level = await _staff.StockLevelAsync(sku);
        level.Locations.Select(l => (l.OnHand, l.Available, l.Damaged)).ShouldBe([(2, 2, 0), (3, 0, 3)]);
        (level.OnHand, level.Available, level.Damaged).ShouldBe((5, 2, 3));
        await _staff.MoveAsync(transfer with { Quantity = 1 }, key).ShouldFailAsync(422, "inventory.idempotency_key_reused");
    }

    [Fact]
    public async Task Promised_pieces_stay_where_they_are()
    {
        var (sku, store) = (await shop.StockedAsync(5), await _staff.OpenLocationAsync());
        await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 3));

        await _staff
            .MoveAsync(new(sku, 3, new("available"), new("available", store.Id), "transfer"))
            .ShouldFailAsync(409, "inventory.would_oversell");
        await _staff.MoveAsync(new(sku, 3, new("available"), new("damaged"), "damage")).ShouldFailAsync(409, "inventory.would_oversell");
        await _staff.MoveAsync(new(sku, 2, new("available"), new("available", store.Id), "transfer")).ReadAsync<StockMoved>();
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_moved()
    {
        var sku = await shop.StockedAsync(5);
        await _staff.MoveAsync(new(sku, 1, new("damaged"), new("available"), "mended")).ShouldFailAsync(409, "inventory.too_few");
        await _staff.MoveAsync(new(sku, 1, new("available"), new("available"), "x")).ShouldFailAsync(400, "shop.invalid_request");
        await _staff.MoveAsync(new(sku, 0, new("available"), new("damaged"), "x")).ShouldFailAsync(400, "shop.invalid_request");
        await _staff.MoveAsync(new(sku, 1, new("lost"), new("damaged"), "x")).ShouldFailAsync(400, "shop.invalid_request");
        await _staff
            .MoveAsync(new(sku, 1, new("available"), new("damaged"), "x"), key: "")
            .ShouldFailAsync(400, "inventory.idempotency_key_required");
        await _staff
            .MoveAsync(new(Warehouse.NewSku(), 1, new("available"), new("damaged"), "x"))
            .ShouldFailAsync(404, "inventory.unknown_sku");
    }

    [Fact]
    public async Task A_count_sets_the_level_and_leaves_a_line_also_when_it_finds_no_difference()
    {
        var sku = await shop.StockedAsync(5);

        (await _staff.AdjustAsync(new(sku, null, "recount", SetTo: 3)).ReadAsync<Adjustment>()).Delta.ShouldBe(-2);
        (await _staff.AdjustAsync(new(sku, null, "recount", SetTo: 3)).ReadAsync<Adjustment>()).Delta.ShouldBe(0);
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 3, 0, 3, 3));

        await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 2));
        await _staff.AdjustAsync(new(sku, null, "recount", SetTo: 1)).ShouldFailAsync(409, "inventory.would_oversell");
        await _staff.AdjustAsync(new(sku, 1, "recount", SetTo: 1)).ShouldFailAsync(400, "shop.invalid_request");
        await _staff.AdjustAsync(new(sku, null, "recount")).ShouldFailAsync(400, "shop.invalid_request");
        await _staff.AdjustAsync(new(sku, 1, "recount", Quantity: "lost")).ShouldFailAsync(400, "shop.invalid_request");
    }

    [Fact]
    public async Task A_damaged_piece_that_comes_back_or_is_thrown_away_was_never_for_sale()
    {
        var sku = await shop.StockedAsync(2);

        await _staff.AdjustAsync(new(sku, 2, "return", Quantity: "damaged")).ReadAsync<Adjustment>();
        (await _staff.StockLevelAsync(sku)).ShouldSatisfyAllConditions(l => (l.OnHand, l.Available, l.Damaged).ShouldBe((4, 2, 2)));
        await _staff.AdjustAsync(new(sku, -2, "thrown away", Quantity: "damaged")).ReadAsync<Adjustment>();
        (await _staff.StockLevelAsync(sku)).ShouldSatisfyAllConditions(l => (l.OnHand, l.Available, l.Damaged).ShouldBe((2, 2, 0)));
        await _staff.AdjustAsync(new(sku, -1, "thrown away", Quantity: "damaged")).ShouldFailAsync(409, "inventory.too_few");
    }
}
