using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;
using Shop.Orders.Features;

namespace Shop.Orders.Tests;

public sealed class OrderEndTests(ShopFixture shop)
{
    [Fact, RedeliveryOf<ConfirmOrderHandler>(typeof(ConfirmOrder))]
    public async Task Redelivered_confirmation_confirms_once_and_is_answered_again()
    {
        var (one, two) = (await shop.PlacedAsync(), await shop.PlacedAsync());

        await shop.DeliverAsync(new ConfirmOrder(one.OrderId), one.OrderId);
        var first = (await shop.ConfirmAsync(one.OrderId)).ShouldBeOfType<OrderConfirmed>();
        await shop.DeliverAsync(new ConfirmOrder(one.OrderId), one.OrderId);
        (await shop.ConfirmAsync(one.OrderId)).ShouldBeOfType<OrderConfirmed>().ConfirmedAt.ShouldBe(first.ConfirmedAt);
        (await shop.TimelineAsync(one.OrderId)).ShouldBe("placed, confirmed");

        await shop.DeliverAsync(new ConfirmOrder(two.OrderId), two.OrderId, copies: 4);
        (await shop.TimelineAsync(two.OrderId)).ShouldBe("placed, confirmed");
    }

    [Fact, RedeliveryOf<CancelOrderHandler>(typeof(CancelOrder))]
    public async Task Redelivered_cancellation_cancels_once_and_keeps_the_first_reason()
    {
        var (one, two, unknown) = (await shop.PlacedAsync(), await shop.PlacedAsync(), Guid.CreateVersion7());

        await shop.DeliverAsync(new CancelOrder(one.OrderId, "checkout.hold_expired"), one.OrderId);
        await shop.DeliverAsync(new CancelOrder(one.OrderId, "another.reason"), one.OrderId);
        (await shop.CancelAsync(one.OrderId, "a.third")).ShouldBe(new OrderCanceled(one.OrderId, "checkout.hold_expired"));
        (await shop.TimelineAsync(one.OrderId)).ShouldBe("placed, canceled");

        await shop.DeliverAsync(new CancelOrder(two.OrderId, "checkout.hold_expired"), two.OrderId, copies: 4);
        (await shop.TimelineAsync(two.OrderId)).ShouldBe("placed, canceled");

        await shop.DeliverAsync(new CancelOrder(unknown, "checkout.hold_expired"), unknown, copies: 4);
        (await shop.TimelineAsync(unknown)).ShouldBe("canceled");
    }

    [Fact]
    public async Task A_confirmed_order_is_not_canceled_and_a_canceled_one_not_confirmed()
    {
        var (paid, dead) = (await shop.PlacedAsync(), await shop.PlacedAsync());
        await shop.ConfirmAsync(paid.OrderId);
        await shop.CancelAsync(dead.OrderId, "checkout.hold_expired");

        (await shop.CancelAsync(paid.OrderId)).ShouldBeOfType<OrderConfirmed>();
        (await shop.ConfirmAsync(dead.OrderId)).ShouldBe(new OrderCanceled(dead.OrderId, "checkout.hold_expired"));

        (await shop.StatusAsync(paid.OrderId)).ShouldBe("confirmed");
        (await shop.StatusAsync(dead.OrderId)).ShouldBe("canceled");
    }

    [Fact]
    public async Task Money_for_an_order_nobody_placed_is_answered_with_a_cancellation()
    {
        var order = OrderBook.NewOrder();
        (await shop.ConfirmAsync(order.OrderId)).ShouldBe(new OrderCanceled(order.OrderId, "orders.unknown_order"));
        (await shop.PlaceAsync(order)).ShouldBeOfType<OrderCanceled>();
    }

    [Fact]
    public async Task Of_confirmation_and_cancellation_at_once_one_wins_and_both_say_so()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 25)
                .Select(async _ =>
                {
                    var order = await shop.PlacedAsync();
                    var answers = await Task.WhenAll(
                        UntilSavedAsync(() => shop.ConfirmAsync(order.OrderId)),
                        UntilSavedAsync(() => shop.CancelAsync(order.OrderId))
                    );
                    answers[0].GetType().ShouldBe(answers[1].GetType());
                    (await shop.TimelineAsync(order.OrderId)).ShouldBe(
                        answers[0] is OrderConfirmed ? "placed, confirmed" : "placed, canceled"
                    );
                })
        );
    }

    [Fact]
    public async Task Of_placing_and_cancelling_at_once_the_order_ends_canceled()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 25)
                .Select(async _ =>
                {
                    var order = OrderBook.NewOrder();
                    await Task.WhenAll(
                        UntilSavedAsync(() => shop.PlaceAsync(order)),
                        UntilSavedAsync(() => shop.CancelAsync(order.OrderId))
                    );
                    (await shop.StatusAsync(order.OrderId)).ShouldBe("canceled");
                })
        );
    }

    // As the bus does: a change that came second is looked at again.
    private static async Task<IIntegrationEvent> UntilSavedAsync(Func<Task<IIntegrationEvent>> handle)
    {
        while (true)
        {
            try
            {
                return await handle();
            }
            catch (DbUpdateException e)
                when (e is DbUpdateConcurrencyException
                    || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
                ) { }
        }
    }
}
