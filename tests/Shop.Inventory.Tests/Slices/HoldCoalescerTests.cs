using Npgsql;
using Shop.Inventory.Contracts;

namespace Shop.Inventory.Tests;

/// <summary>Holds that are made together are answered each by itself, and what is wrong with one is nothing to its neighbours.</summary>
public sealed class HoldCoalescerTests(ShopFixture shop)
{
    [Fact]
    public async Task Holds_made_together_are_decided_one_after_the_other()
    {
        var (sku, other) = (await shop.StockedAsync(3), await shop.StockedAsync(1));
        Guid[] ids = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];

        var outcomes = await shop.HoldTogetherAsync(
            new(ids[0], [new(sku, 2), new(other, 1)], 600),
            new(ids[1], [new(sku, 1), new(other, 1)], 600),
            new(ids[2], [new(sku, 2)], 600),
            new(ids[3], [new(sku, 1)], 600),
            new(ids[0], [new(sku, 2), new(other, 1)], 600),
            new(ids[4], [new("no such thing", 1)], 600)
        );

        outcomes[0].Answer.ShouldBe(new StockReserved(ids[0]));
        outcomes[0].SoldOut!.Items.ShouldBe([new(other, false, 2)]);
        outcomes[1].Answer.ShouldBeOfType<StockRejected>().Shortages.ShouldBe([new(other, 1, 0)]);
        outcomes[2].Answer.ShouldBeOfType<StockRejected>().Shortages.ShouldBe([new(sku, 2, 1)]);
        outcomes[3].Answer.ShouldBe(new StockReserved(ids[3]));
        outcomes[3].SoldOut!.Items.ShouldBe([new(sku, false, 3)]);
        outcomes[4].Answer.ShouldBe(new StockReserved(ids[0]));
        outcomes[4].SoldOut.ShouldBeNull();
        outcomes[5].Answer.ShouldBeOfType<StockRejected>().Code.ShouldBe("inventory.unknown_sku");
    }

    [Fact]
    public async Task Buyers_of_one_item_who_wait_are_served_in_one_transaction()
    {
        var sku = await shop.StockedAsync(100);
        Guid[] ids = [.. Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7())];

        await WhileLockedAsync(sku, async () => await Task.WhenAll(ids.Select(id => shop.PublishAsync(Hold(id, sku)))));

        await Eventually.IsTrueAsync("all are held", async () => (await shop.LevelAsync(sku)).Reserved == ids.Length);
        var transactions = await shop.ScalarAsync<long>(
            "select count(distinct xmin::text) from inventory.reservations where id = any ($1)",
            ids
        );
        transactions.ShouldBeLessThanOrEqualTo(ids.Length / 2);
        foreach (var id in ids)
            await shop.IsToldAsync<StockReserved>($"{id}");
    }

    [Fact]
    public async Task A_hold_that_fails_does_not_fail_its_neighbours()
    {
        var sku = await shop.StockedAsync(100);
        var poison = Guid.CreateVersion7();
        Guid[] ids = [.. Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7())];

        await WhileLockedAsync(
            sku,
            async () =>
            {
                await shop.PublishAsync(Hold(ids[0], sku));
                await shop.PublishAsync(new ReserveStock(poison, [new(sku, -1)], 600));
                await Task.WhenAll(ids[1..].Select(id => shop.PublishAsync(Hold(id, sku))));
            }
        );

        await Eventually.IsTrueAsync("the others are held", async () => (await shop.LevelAsync(sku)).Reserved == ids.Length);
        foreach (var id in ids)
            await shop.IsToldAsync<StockReserved>($"{id}");
        (await shop.StateAsync(poison)).ShouldBeNull();
    }

    [Fact]
    public async Task A_message_that_another_process_has_taken_over_does_not_fail_its_neighbours()
    {
        var sku = await shop.StockedAsync(100);
        Guid[] ids = [.. Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7())];

        await WhileLockedAsync(
            sku,
            async () =>
            {
                await Task.WhenAll(ids.Select(id => shop.PublishAsync(Hold(id, sku))));
                var taken = await shop.ScalarAsync<long>(
                    """
                    with taken as (
                      update wolverine.wolverine_incoming_envelopes set owner_id = 999
                      where message_type like 'inventory.reserve-stock%' and position(convert_to($1, 'UTF8') in body) > 0 returning 1
                    )
                    select count(*) from taken
                    """,
                    ids[3].ToString()
                );
                taken.ShouldBe(1);
            }
        );

        await Eventually.IsTrueAsync("the others are held", async () => (await shop.LevelAsync(sku)).Reserved >= ids.Length - 1);
        // No such process lives, so the message comes back to this one within seconds.
        await Eventually.IsTrueAsync("it is held too", async () => await shop.StateAsync(ids[3]) == "held");
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(ids.Length);
    }

    [Fact]
    public async Task Baskets_with_items_in_common_are_all_served()
    {
        var skus = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shop.StockedAsync(1_000)));
        var random = new Random(5);
        Guid[] ids = [.. Enumerable.Range(0, 60).Select(_ => Guid.CreateVersion7())];

        await Task.WhenAll(
            ids.Select(id =>
                shop.PublishAsync(
                    new ReserveStock(id, [.. random.GetItems(skus, 1 + random.Next(3)).Select(s => new StockLine(s, 1))], 600)
                )
            )
        );

        await Eventually.IsTrueAsync(
            "all are held",
            async () =>
                await shop.ScalarAsync<long>("select count(*) from inventory.reservations where state = 'held' and id = any ($1)", ids)
                == 60
        );
    }

    private static ReserveStock Hold(Guid id, string sku) => new(id, [new(sku, 1)], 600);

    // The first hold gets as far as the item's row and waits there; those that come meanwhile wait for it.
    private async Task WhileLockedAsync(string sku, Func<Task> act)
    {
        await using var blocker = new NpgsqlConnection(shop.ConnectionString);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select from inventory.stock_items where sku = $1 for update", blocker, transaction);
        hold.Parameters.Add(new() { Value = sku });
        await hold.ExecuteNonQueryAsync();
        await act();
        await transaction.CommitAsync();
    }
}
