using Shop.Analytics.Data;
using Shop.Analytics.Domain;
using Shop.Orders.Contracts;

namespace Shop.Analytics.Subscriptions;

/// <summary>An order is paid: revenue, and the end of the funnel.</summary>
public sealed class OnOrderConfirmedHandler
{
    /// <summary>Writes both facts, once.</summary>
    public static Task Handle(OrderConfirmed message, AnalyticsDbContext db, CancellationToken cancellationToken)
    {
        var total = message.Totals.Total;
        return db.AddOrderAsync(message.OrderId, message.ConfirmedAt, total.Currency, total.Minor, cancellationToken);
    }
}
