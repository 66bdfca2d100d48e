using System.Net.Http.Json;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Inventory.Contracts;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class StockPolicyTests(ShopFixture shop)
{
    private readonly HttpClient _staff = shop.ClientAs(Policies.Staff);

    [Fact]
    public async Task A_backorder_goes_beyond_stock_up_to_its_limit_and_says_so()
    {
        var sku = await shop.StockedAsync(2);
        await _staff.SetPolicyAsync(sku, new(true, 3, null)).ReadAsync<StockPolicy>();
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        (await shop.ReserveAsync(first, new StockLine(sku, 1))).Answer.ShouldBe(new StockReserved(first));
        var answer = (await shop.ReserveAsync(second, new StockLine(sku, 3))).Answer.ShouldBeOfType<StockReserved>();
        var again = (await shop.ReserveAsync(second, new StockLine(sku, 3))).Answer.ShouldBeOfType<StockReserved>();
        var refused = (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 2))).Answer.ShouldBeOfType<StockRejected>();

        answer.Backordered.ShouldBe([new(sku, 2)]);
        again.Backordered.ShouldBe([new(sku, 2)]);
        refused.Shortages.ShouldBe([new(sku, 2, 1)]);
        (await _staff.StockLevelAsync(sku)).ShouldSatisfyAllConditions(
            l => l.Available.ShouldBe(-2),
            l => l.OnHand.ShouldBe(l.Available + l.Committed + l.Reserved + l.Damaged + l.SafetyStock)
        );
    }

    [Fact]
    public async Task An_item_that_can_be_backordered_is_sold_out_at_its_limit_only()
    {
        var sku = await shop.StockedAsync(1);
        await _staff.SetPolicyAsync(sku, new(true, 1, null)).ReadAsync<StockPolicy>();

        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))).Changed.ShouldBeNull();
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))).Crossed.ShouldBe([new(sku, false, 4)]);
        (await shop.ReceiveAsync(sku, 1))!.Items.ShouldBe([new(sku, true, 5)]);

        await _staff.SetPolicyAsync(sku, new(false, 1, null)).ReadAsync<StockPolicy>();
        await shop.IsToldAsync<AvailabilityChanged>($"{{\"sku\":\"{sku}\",\"inStock\":false,\"version\":6}}");
    }

    [Fact]
    public async Task The_limit_cannot_be_lower_than_what_is_backordered_but_no_more_need_be_taken()
    {
        var sku = await shop.StockedAsync(0);
        await _staff.SetPolicyAsync(sku, new(true, 5, null)).ReadAsync<StockPolicy>();
        await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 3));

        await _staff.SetPolicyAsync(sku, new(false, 2, null)).ShouldFailAsync(409, "inventory.backordered");
        await _staff.SetPolicyAsync(sku, new(false, 5, null)).ReadAsync<StockPolicy>();
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))).Answer.ShouldBeOfType<StockRejected>();

        // More of them may come, although those that are there are all promised.
        await _staff.AdjustAsync(new(sku, 1, "received")).ReadAsync<Adjustment>();
        (await shop.LevelAsync(sku)).Available.ShouldBe(-2);
    }

    [Fact]
    public async Task The_database_refuses_to_promise_more_than_stock_and_limit()
    {
        var sku = await shop.StockedAsync(1);
        await _staff.SetPolicyAsync(sku, new(true, 2, null)).ReadAsync<StockPolicy>();
        var refused = await Should.ThrowAsync<PostgresException>(() =>
            shop.ScalarAsync<int>("update inventory.stock_items set reserved = 4 where sku = $1 returning 1", sku)
        );
        refused.ConstraintName.ShouldBe("stock_items_no_oversell");
    }

    [Fact]
    public async Task Low_stock_is_told_once_for_each_time_it_falls_to_the_threshold()
    {
        var sku = await shop.StockedAsync(5);
        await _staff.SetPolicyAsync(sku, new(false, 0, 3)).ReadAsync<StockPolicy>();
        var id = Guid.CreateVersion7();

        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))).Low.ShouldBeNull();
        (await shop.ReserveAsync(id, new StockLine(sku, 1))).Low!.Items.ShouldBe([new(sku, 3, 3, 4)]);
        (await shop.ReserveAsync(id, new StockLine(sku, 1))).Low.ShouldBeNull("it is a repetition");
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 1))).Low.ShouldBeNull("it was low before");

        (
            await _staff.GetFromJsonAsync<Page<StockLevel>>(
                $"/api/v1/inventory/levels?lowStock=true&limit=100&cursor={Paging.Encode(sku[..^1])}"
            )
        )!
            .Items.Select(l => l.Sku)
            .ShouldContain(sku);
        await _staff.AdjustAsync(new(sku, 2, "found")).ReadAsync<Adjustment>();
        (await shop.ReserveAsync(Guid.CreateVersion7(), new StockLine(sku, 3))).Low!.Items.Single().Available.ShouldBe(1);
    }

    [Fact]
    public async Task Listeners_hear_of_low_stock_by_a_hold_a_count_and_a_new_threshold()
    {
        var (held, counted, set) = (await shop.StockedAsync(2), await shop.StockedAsync(2), await shop.StockedAsync(2));
        await _staff.SetPolicyAsync(held, new(false, 0, 1)).ReadAsync<StockPolicy>();
        await _staff.SetPolicyAsync(counted, new(false, 0, 1)).ReadAsync<StockPolicy>();
        var id = Guid.CreateVersion7();

        await shop.DeliverAsync(new ReserveStock(id, [new(held, 1)], 600), id);
        await _staff.AdjustAsync(new(counted, -1, "lost")).ReadAsync<Adjustment>();
        await _staff.SetPolicyAsync(set, new(false, 0, 2)).ReadAsync<StockPolicy>();

        await shop.IsToldAsync<StockLow>($"{{\"sku\":\"{held}\",\"available\":1,\"threshold\":1,\"version\":3}}");
        await shop.IsToldAsync<StockLow>($"{{\"sku\":\"{counted}\",\"available\":1,\"threshold\":1,\"version\":3}}");
        await shop.IsToldAsync<StockLow>($"{{\"sku\":\"{set}\",\"available\":2,\"threshold\":2,\"version\":2}}");
    }

    [Fact]
    public async Task Who_changed_a_policy_stands_in_the_trail()
    {
        var sku = await shop.StockedAsync(1);
        var response = await _staff.SetPolicyAsync(sku, new(true, 3, 2), ifMatch: "\"1\"");
        response.Headers.ETag!.Tag.ShouldBe("\"2\"");

        await _staff.SetPolicyAsync(sku, new(true, 4, 2), ifMatch: "\"1\"").ShouldFailAsync(412, "inventory.version_mismatch");
        await _staff.SetPolicyAsync(sku, new(true, 0, 2)).ShouldFailAsync(400, "shop.invalid_request");
        await _staff.SetPolicyAsync(Warehouse.NewSku(), new(false, 0, 2)).ShouldFailAsync(404, "inventory.unknown_sku");

        var trail = await _staff.GetFromJsonAsync<Page<SettingChangeView>>($"/api/v1/inventory/changes?subject=sku:{sku}");
        var change = trail!.Items.ShouldHaveSingleItem();
        change.Before!.Value.GetProperty("backorder").GetBoolean().ShouldBeFalse();
        change.After.GetProperty("backorderLimit").GetInt32().ShouldBe(3);
        (
            await Should.ThrowAsync<PostgresException>(() =>
                shop.ScalarAsync<int>("delete from inventory.setting_changes where id = $1 returning 1", change.Id)
            )
        ).SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);
    }
}
