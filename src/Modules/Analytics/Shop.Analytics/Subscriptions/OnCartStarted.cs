using Shop.Analytics.Data;
using Shop.Analytics.Domain;
using Shop.Carts.Contracts;

namespace Shop.Analytics.Subscriptions;

/// <summary>A cart counts from its first line on.</summary>
public sealed class OnCartStartedHandler
{
    /// <summary>Writes the fact, once.</summary>
    public static Task Handle(CartStarted message, AnalyticsDbContext db, CancellationToken cancellationToken) =>
        db.AddStageAsync(FunnelStage.Cart, message.CartId, message.StartedAt, cancellationToken);
}
