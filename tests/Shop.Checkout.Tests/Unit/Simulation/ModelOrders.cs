using Shop.Checkout.Domain;
using Shop.Orders.Contracts;

namespace Shop.Checkout.Tests.Unit.Simulation;

/// <summary>Orders as its Contracts describe it.</summary>
internal sealed class ModelOrders(World world)
{
    public enum Status
    {
        Pending,
        Confirmed,
        Canceled,
    }

    public readonly Dictionary<Guid, (Status Status, Guid CheckoutId)> Rows = [];

    public bool Exists(Guid id) => Rows.ContainsKey(id);

    public void Receive(PlaceOrder m)
    {
        if (Rows.TryAdd(m.OrderId, (Status.Pending, m.CheckoutId)) || Rows[m.OrderId].Status is not Status.Canceled)
            world.Send(new OrderPlaced(m.OrderId, "S-" + m.OrderId));
        else
            world.Send(new OrderCanceled(m.OrderId, "orders.canceled_by_customer"));
    }

    public void Receive(ConfirmOrder m)
    {
        if (Rows.TryGetValue(m.OrderId, out var order) && order.Status is not Status.Canceled)
        {
            if (!world.Payments.Provider(order.CheckoutId).Captured)
                world.Violation("an order was confirmed before the money was taken");
            Rows[m.OrderId] = order with { Status = Status.Confirmed };
            world.Send(Confirmed(world.Checkouts[order.CheckoutId]));
        }
        else
            world.Send(new OrderCanceled(m.OrderId, "orders.canceled_by_customer"));
    }

    public void Receive(CancelOrder m)
    {
        (Status Status, Guid CheckoutId) order = Rows.GetValueOrDefault(m.OrderId, (Status.Canceled, m.OrderId));
        if (order.Status is Status.Confirmed)
        {
            world.Send(Confirmed(world.Checkouts[order.CheckoutId]));
            return;
        }
        Rows[m.OrderId] = order with { Status = Status.Canceled };
        world.Send(new OrderCanceled(m.OrderId, m.Reason));
    }

    /// <summary>The shopper changes their mind, before the order is confirmed.</summary>
    public void CancelByCustomer(Guid id)
    {
        if (!Rows.TryGetValue(id, out var order) || order.Status is not Status.Pending)
            return;
        Rows[id] = order with { Status = Status.Canceled };
        world.Send(new OrderCanceled(id, "orders.canceled_by_customer"));
    }

    private static OrderConfirmed Confirmed(CheckoutState c) =>
        new(c.Id, "S-" + c.Id, c.Id, c.CartId, c.CustomerId, c.Email, c.Lines, c.Totals, Purchases.Start);
}
