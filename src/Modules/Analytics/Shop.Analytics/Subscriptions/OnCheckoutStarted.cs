using Shop.Analytics.Data;
using Shop.Analytics.Domain;
using Shop.Checkout.Contracts;

namespace Shop.Analytics.Subscriptions;

/// <summary>Somebody asked to buy a cart.</summary>
public sealed class OnCheckoutStartedHandler
{
    /// <summary>Writes the fact, once.</summary>
    public static Task Handle(CheckoutStarted message, AnalyticsDbContext db, CancellationToken cancellationToken) =>
        db.AddStageAsync(FunnelStage.Checkout, message.CheckoutId, message.StartedAt, cancellationToken);
}
