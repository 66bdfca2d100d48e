using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;
using Shop.Orders.Data;
using Shop.Orders.Domain;

namespace Shop.Orders.Features;

/// <summary>Ends an order that is not paid, also one that has not been placed yet.</summary>
public sealed class CancelOrderHandler
{
    public static async Task<IIntegrationEvent> Handle(
        CancelOrder command,
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
            order = Order.CanceledBeforePlaced(command.OrderId, command.Reason, clock.GetUtcNow());
            db.Orders.Add(order);
        }
        return order.Cancel(command.Reason, clock.GetUtcNow()) ? order.ToCanceled() : order.ToConfirmed();
    }
}
