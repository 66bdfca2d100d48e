using System.Collections.Frozen;
using Shop.Checkout.Contracts;
using Shop.Notifications.Data;
using Shop.Notifications.Domain;
using Shop.Notifications.Features;
using Shop.Notifications.Mail;

namespace Shop.Notifications.Subscriptions;

/// <summary>A purchase ended without an order: its shopper is told, unless the shop window has just done so.</summary>
public sealed class OnCheckoutFailedHandler
{
    // Refusals that need no more words than those of the checkout's answer, if it was still open; a mail on top would only be a nuisance.
    private static readonly FrozenSet<string> NeedNoMail = FrozenSet.ToFrozenSet([
        "inventory.out_of_stock",
        "inventory.unknown_sku",
        "payments.declined",
        "payments.insufficient_funds",
        "payments.invalid_method",
    ]);

    /// <summary>Queues the mail once, whatever number of times the event comes.</summary>
    public static async Task<SendMail?> Handle(CheckoutFailed message, NotificationsDbContext db, CancellationToken cancellationToken)
    {
        if (message.ToldAtOnce && NeedNoMail.Contains(message.Code))
            return null;
        var content = new CheckoutFailedContent(message.Code);
        var id = await db.AddAsync(NotificationKinds.CheckoutFailed, message.CheckoutId, message.Email, content, cancellationToken);
        return id is { } added ? new SendMail(added) : null;
    }
}
