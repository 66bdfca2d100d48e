using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Contracts;

/// <summary>
/// Takes one use of each limited promotion for a purchase, or of none. Answered by <see cref="PromotionsRedeemed"/> or
/// <see cref="PromotionsRejected"/>.
/// </summary>
/// <param name="RedemptionId">Chosen by the sender; the same id twice takes once.</param>
/// <param name="PromotionIds">The promotions.</param>
/// <param name="CustomerId">Who buys; null for a guest.</param>
/// <param name="Email">By what a guest is known; kept as a hash.</param>
[MessageIdentity("carts.redeem-promotions")]
public sealed record RedeemPromotions(Guid RedemptionId, IReadOnlyList<Guid> PromotionIds, Guid? CustomerId, string Email) : ICommand;

/// <summary>Gives back what a purchase took. Answered by <see cref="PromotionsReturned"/>, also for an id not seen yet, which can't take any more.</summary>
/// <param name="RedemptionId">The id it was given.</param>
[MessageIdentity("carts.return-promotions")]
public sealed record ReturnPromotions(Guid RedemptionId) : ICommand;
