using Shop.Notifications.Data;
using Shop.Notifications.Domain;
using Shop.Notifications.Features;
using Shop.Notifications.Mail;
using Shop.Orders.Contracts;

namespace Shop.Notifications.Subscriptions;

/// <summary>An order stands: its shopper gets a confirmation.</summary>
public sealed class OnOrderConfirmedHandler
{
    /// <summary>Queues the mail once, whatever number of times the event comes.</summary>
    public static async Task<SendMail?> Handle(OrderConfirmed message, NotificationsDbContext db, CancellationToken cancellationToken)
    {
        var totals = message.Totals;
        var content = new OrderConfirmedContent(
            message.Number,
            [.. message.Lines.Select(l => new MailLine(l.Title, l.Sku, l.Quantity, l.Total))],
            totals.Subtotal,
            totals.Shipping,
            totals.Tax,
            totals.Total,
            totals.Discount,
            totals.PricesIncludeTax
        );
        var id = await db.AddAsync(NotificationKinds.OrderConfirmed, message.OrderId, message.Email, content, cancellationToken);
        return id is { } added ? new SendMail(added) : null;
    }
}
