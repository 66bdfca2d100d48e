using Shop.Orders.Domain;

namespace Shop.Orders.Tests;

public sealed class OrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_order_canceled_before_it_was_placed_stays_canceled()
    {
        var order = Order.CanceledBeforePlaced(Guid.CreateVersion7(), "checkout.abandoned", Now);

        order.Confirm(Now).ShouldBeFalse();
        order.Cancel("something.else", Now).ShouldBeTrue();

        order.Status.ShouldBe(OrderStatus.Canceled);
        order.CancelReason.ShouldBe("checkout.abandoned");
        order.Timeline.Select(e => e.Kind).ShouldBe([OrderEventKind.Canceled]);
    }

    [Fact]
    public void Numbers_are_written_as_people_say_them() => Order.NumberOf(100_001).ShouldBe("S-100001");
}
