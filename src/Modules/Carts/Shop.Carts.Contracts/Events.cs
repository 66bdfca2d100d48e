using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Contracts;

/// <summary>The first line was put into a cart.</summary>
/// <param name="CartId">The cart.</param>
/// <param name="StartedAt">When, UTC.</param>
[MessageIdentity("carts.cart-started")]
public sealed record CartStarted(Guid CartId, DateTimeOffset StartedAt) : IIntegrationEvent;
