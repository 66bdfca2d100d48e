using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Contracts;

/// <summary>The first line was put into a cart.</summary>
/// <param name="CartId">The cart.</param>
/// <param name="StartedAt">When, UTC.</param>
[MessageIdentity("carts.cart-started")]
public sealed record CartStarted(Guid CartId, DateTimeOffset StartedAt) : IIntegrationEvent;

/// <summary>Somebody put things into a cart and left it.</summary>
/// <param name="CartId">The cart.</param>
/// <param name="CustomerId">Whose; null for a guest's.</param>
/// <param name="Lines">How many different things are in it.</param>
/// <param name="Total">What it would cost; null when it was never shown.</param>
/// <param name="TouchedAt">When it was changed last, UTC.</param>
/// <param name="AbandonedAt">Since when it counts as abandoned, UTC.</param>
[MessageIdentity("carts.cart-abandoned")]
public sealed record CartAbandoned(
    Guid CartId,
    Guid? CustomerId,
    int Lines,
    Money? Total,
    DateTimeOffset TouchedAt,
    DateTimeOffset AbandonedAt
) : IIntegrationEvent;

/// <summary>A purchase has its use of all the promotions it asked for.</summary>
/// <param name="RedemptionId">The id it was given.</param>
[MessageIdentity("carts.promotions-redeemed")]
public sealed record PromotionsRedeemed(Guid RedemptionId) : IIntegrationEvent;

/// <summary>A purchase does not get one of the promotions it asked for, and so none.</summary>
/// <param name="RedemptionId">The id it was given.</param>
/// <param name="Code">Why: <c>carts.promotion_exhausted</c>, or <c>carts.redemption_closed</c> after it was given back.</param>
[MessageIdentity("carts.promotions-rejected")]
public sealed record PromotionsRejected(Guid RedemptionId, string Code) : IIntegrationEvent;

/// <summary>What a purchase took of its promotions is given back, if it took anything.</summary>
/// <param name="RedemptionId">The id it was given.</param>
[MessageIdentity("carts.promotions-returned")]
public sealed record PromotionsReturned(Guid RedemptionId) : IIntegrationEvent;
