using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;
using Shop.Orders.Data;
using Shop.Orders.Domain;

namespace Shop.Orders.Features;

/// <summary>Writes an order down, pending, with everything as it was sold.</summary>
public sealed class PlaceOrderHandler
{
    public static async Task<IIntegrationEvent> Handle(
        PlaceOrder command,
        OrdersDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (await db.PlaceAsync(command, clock.GetUtcNow(), cancellationToken) is { } sequence)
            return new OrderPlaced(command.OrderId, Order.NumberOf(sequence));
        var order = await db
            .Orders.IgnoreQueryFilters()
            .Where(o => o.Id == command.OrderId)
            .Select(o => new { o.Sequence, o.CancelReason })
            .SingleAsync(cancellationToken);
        return order.Sequence is null
            ? new OrderCanceled(command.OrderId, order.CancelReason ?? "")
            : new OrderPlaced(command.OrderId, Order.NumberOf(order.Sequence));
    }
}
