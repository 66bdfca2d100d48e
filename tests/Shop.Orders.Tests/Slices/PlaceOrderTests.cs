using Shop.Orders.Contracts;
using Shop.Orders.Features;

namespace Shop.Orders.Tests;

public sealed class PlaceOrderTests(ShopFixture shop)
{
    [Fact]
    public async Task A_placed_order_is_pending_and_has_a_number()
    {
        var order = OrderBook.NewOrder();

        var placed = (await shop.PlaceAsync(order)).ShouldBeOfType<OrderPlaced>();

        placed.OrderId.ShouldBe(order.OrderId);
        placed.Number.ShouldMatch("^S-1[0-9]{5}$");
        (await shop.StatusAsync(order.OrderId)).ShouldBe("pending");
        (await shop.TimelineAsync(order.OrderId)).ShouldBe("placed");
    }

    [Fact]
    public async Task The_order_keeps_everything_as_it_was_sold()
    {
        var order = await shop.PlacedAsync();

        var confirmed = (await shop.ConfirmAsync(order.OrderId)).ShouldBeOfType<OrderConfirmed>();

        confirmed.Lines.ShouldBe(order.Lines);
        confirmed.Totals.ShouldBe(order.Totals);
        (confirmed.CheckoutId, confirmed.CartId, confirmed.CustomerId, confirmed.Email).ShouldBe(
            (order.CheckoutId, order.CartId, order.CustomerId, order.Email)
        );
    }

    [Fact, RedeliveryOf<PlaceOrderHandler>(typeof(PlaceOrder))]
    public async Task Redelivered_command_places_once_and_is_answered_with_the_same_number()
    {
        var (one, two) = (OrderBook.NewOrder(), OrderBook.NewOrder());

        await shop.DeliverAsync(one, one.OrderId);
        var number = (await shop.PlaceAsync(one)).ShouldBeOfType<OrderPlaced>().Number;
        await shop.DeliverAsync(one, one.OrderId);
        (await shop.PlaceAsync(one)).ShouldBe(new OrderPlaced(one.OrderId, number));

        await shop.DeliverAsync(two, two.OrderId, copies: 5);
        (await shop.TimelineAsync(two.OrderId)).ShouldBe("placed");
        (await shop.ScalarAsync<long>("select count(*) from orders.order_lines where order_id = $1", two.OrderId)).ShouldBe(2);
    }

    [Fact]
    public async Task Redelivered_to_an_order_that_went_on_it_changes_nothing()
    {
        var order = await shop.PlacedAsync();
        await shop.ConfirmAsync(order.OrderId);

        (await shop.PlaceAsync(order)).ShouldBeOfType<OrderPlaced>();

        (await shop.StatusAsync(order.OrderId)).ShouldBe("confirmed");
    }

    [Fact]
    public async Task Canceled_before_it_was_placed_it_is_never_placed()
    {
        var order = OrderBook.NewOrder();
        (await shop.CancelAsync(order.OrderId, "checkout.abandoned")).ShouldBe(new OrderCanceled(order.OrderId, "checkout.abandoned"));

        (await shop.PlaceAsync(order)).ShouldBe(new OrderCanceled(order.OrderId, "checkout.abandoned"));

        (await shop.StatusAsync(order.OrderId)).ShouldBe("canceled");
        (await shop.ScalarAsync<long>("select count(*) from orders.order_lines where order_id = $1", order.OrderId)).ShouldBe(0);
    }
}
