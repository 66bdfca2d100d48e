using Shop.Analytics.Data;
using Shop.Analytics.Domain;
using Shop.Checkout.Contracts;

namespace Shop.Analytics.Subscriptions;

/// <summary>A purchase ended without an order.</summary>
public sealed class OnCheckoutFailedHandler
{
    /// <summary>Writes the fact, once.</summary>
    public static Task Handle(CheckoutFailed message, AnalyticsDbContext db, CancellationToken cancellationToken) =>
        db.AddStageAsync(FunnelStage.Failed, message.CheckoutId, message.FailedAt, cancellationToken);
}
