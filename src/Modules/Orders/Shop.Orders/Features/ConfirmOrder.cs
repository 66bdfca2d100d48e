using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;
using Shop.Orders.Data;
using Shop.Orders.Domain;

namespace Shop.Orders.Features;

/// <summary>The money is taken. If the customer canceled first, the cancellation stands and the money goes back.</summary>
public sealed class ConfirmOrderHandler
{
    public static async Task<IIntegrationEvent> Handle(
        ConfirmOrder command,
        OrdersDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var order = await db
            .Orders.IgnoreQueryFilters()
            .Include(o => o.Lines)
            .SingleOrDefaultAsync(o => o.Id == command.OrderId, cancellationToken);
        if (order is null)
        {
            // Money without an order: say so, so that it goes back, and see to it that the order can't turn up later.
            order = Order.CanceledBeforePlaced(command.OrderId, "orders.unknown_order", clock.GetUtcNow());
            db.Orders.Add(order);
        }
        return order.Confirm(clock.GetUtcNow()) ? order.ToConfirmed() : order.ToCanceled();
    }
}
