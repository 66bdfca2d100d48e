using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Features;

namespace Shop.Inventory.Tests;

public sealed class ReservationLifeTests(ShopFixture shop)
{
    [Fact]
    public async Task Committed_pieces_stay_promised()
    {
        var sku = await shop.StockedAsync(5);
        var id = Guid.CreateVersion7();
        await shop.ReserveAsync(id, new StockLine(sku, 2));

        (await shop.CommitAsync(id)).ShouldBe(new ReservationCommitted(id));

        (await shop.LevelAsync(sku)).Available.ShouldBe(3);
    }

    [Fact]
    public async Task A_hold_that_is_over_cannot_be_committed()
    {
        var sku = await shop.StockedAsync(5);
        var id = Guid.CreateVersion7();
        await shop.HoldAsync(id, seconds: 0, new StockLine(sku, 2));

        (await shop.CommitAsync(id)).ShouldBe(new ReservationLost(id, "inventory.hold_expired"));
        (await shop.CommitAsync(id)).ShouldBe(new ReservationLost(id, "inventory.hold_expired"));
    }

    [Fact]
    public async Task What_was_never_reserved_or_was_released_cannot_be_committed()
    {
        var sku = await shop.StockedAsync(5);
        var (unknown, released) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.ReserveAsync(released, new StockLine(sku, 2));
        await shop.ReleaseAsync(released);

        (await shop.CommitAsync(unknown)).ShouldBe(new ReservationLost(unknown, "inventory.reservation_closed"));
        (await shop.CommitAsync(released)).ShouldBe(new ReservationLost(released, "inventory.reservation_closed"));
    }

    [Fact]
    public async Task A_commit_begun_in_time_wins_though_the_hold_ends_before_its_turn()
    {
        var sku = await shop.StockedAsync(5);
        var id = Guid.CreateVersion7();
        await shop.ReserveAsync(id, new StockLine(sku, 2));

        var answer = await shop.WithAsync<InventoryDbContext, object>(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            // The transaction's time is that of its first statement, which is before the hold's end; by the clock the hold is over.
            await db.Database.ExecuteSqlAsync(
                $"update inventory.reservations set expires_at = now() + (clock_timestamp() - now()) / 2 where id = {id}"
            );
            var committed = await CommitReservationHandler.Handle(new(id), db, default);
            await transaction.CommitAsync();
            return committed;
        });

        answer.ShouldBe(new ReservationCommitted(id));
        (await shop.StateAsync(id)).ShouldBe("committed");
    }

    [Fact, RedeliveryOf<CommitReservationHandler>(typeof(CommitReservation))]
    public async Task Redelivered_commit_changes_nothing_and_is_answered_again()
    {
        var sku = await shop.StockedAsync(5);
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.ReserveAsync(one, new StockLine(sku, 2));
        await shop.ReserveAsync(two, new StockLine(sku, 1));

        await shop.DeliverAsync(new CommitReservation(one), one);
        await shop.DeliverAsync(new CommitReservation(one), one);
        await shop.DeliverAsync(new CommitReservation(two), two, copies: 5);

        (await shop.CommitAsync(one)).ShouldBe(new ReservationCommitted(one));
        (await shop.CommitAsync(two)).ShouldBe(new ReservationCommitted(two));
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 5, 3, 2, 3));
    }

    [Fact, RedeliveryOf<ReleaseReservationHandler>(typeof(ReleaseReservation))]
    public async Task Redelivered_release_gives_back_once()
    {
        var sku = await shop.StockedAsync(5);
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.ReserveAsync(one, new StockLine(sku, 2));
        await shop.ReserveAsync(two, new StockLine(sku, 1));
        await shop.CommitAsync(two);

        await shop.DeliverAsync(new ReleaseReservation(one), one);
        await shop.DeliverAsync(new ReleaseReservation(one), one);
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(1);

        await shop.DeliverAsync(new ReleaseReservation(two), two, copies: 5);
        (await shop.LevelAsync(sku)).ShouldBe(new Level(sku, 5, 0, 5, 5));
        (await shop.ReleaseAsync(two)).Answer.ShouldBe(new ReservationReleased(two));
    }

    [Fact]
    public async Task Released_before_it_was_reserved_cannot_be_reserved_any_more()
    {
        var sku = await shop.StockedAsync(5);
        var id = Guid.CreateVersion7();

        (await shop.ReleaseAsync(id)).Answer.ShouldBe(new ReservationReleased(id));
        var late = (await shop.ReserveAsync(id, new StockLine(sku, 2))).Answer.ShouldBeOfType<StockRejected>();

        late.Code.ShouldBe("inventory.reservation_closed");
        late.Shortages.ShouldBeEmpty();
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(0);
    }

    [Fact]
    public async Task The_sweep_gives_back_what_nobody_committed()
    {
        var sku = await shop.StockedAsync(5);
        var (forgotten, alive, committed) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.HoldAsync(forgotten, seconds: 0, new StockLine(sku, 2));
        await shop.HoldAsync(committed, seconds: 2, new StockLine(sku, 1));
        await shop.CommitAsync(committed);
        await shop.HoldAsync(alive, seconds: 600, new StockLine(sku, 1));

        await Eventually.IsTrueAsync("swept", async () => await shop.StateAsync(forgotten) == "expired");

        (await shop.LevelAsync(sku)).Reserved.ShouldBe(2);
        (await shop.StateAsync(alive)).ShouldBe("held");
        (await shop.StateAsync(committed)).ShouldBe("committed");
        (await shop.ReserveAsync(forgotten, new StockLine(sku, 2)))
            .Answer.ShouldBeOfType<StockRejected>()
            .Code.ShouldBe("inventory.reservation_closed");
        (await shop.ReleaseAsync(forgotten)).Answer.ShouldBe(new ReservationReleased(forgotten));
        (await shop.LevelAsync(sku)).Reserved.ShouldBe(2);
    }
}
