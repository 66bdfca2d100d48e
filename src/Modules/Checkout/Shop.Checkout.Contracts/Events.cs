using Shop.BuildingBlocks.Contracts;

namespace Shop.Checkout.Contracts;

/// <summary>A shopper asked to buy a cart.</summary>
/// <param name="CheckoutId">The purchase.</param>
/// <param name="CartId">The cart.</param>
/// <param name="Total">What it would cost.</param>
/// <param name="StartedAt">When, UTC.</param>
[MessageIdentity("checkout.checkout-started")]
public sealed record CheckoutStarted(Guid CheckoutId, Guid CartId, Money Total, DateTimeOffset StartedAt) : IIntegrationEvent;

/// <summary>The purchase ended without an order; stock and money are back where they were.</summary>
/// <param name="CheckoutId">The purchase.</param>
/// <param name="CartId">The cart, which can be bought again.</param>
/// <param name="Email">Where mails about the purchase go.</param>
/// <param name="Code">Why: a stable code such as <c>inventory.out_of_stock</c>.</param>
/// <param name="FailedAt">When, UTC.</param>
/// <param name="ToldAtOnce">True when the request that started the purchase was still waiting, so that its answer names the code.</param>
[MessageIdentity("checkout.checkout-failed")]
public sealed record CheckoutFailed(Guid CheckoutId, Guid CartId, string Email, string Code, DateTimeOffset FailedAt, bool ToldAtOnce)
    : IIntegrationEvent;
