using Shop.BuildingBlocks.Contracts;

namespace Shop.Orders.Contracts;

/// <summary>The order is written down, pending payment.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Number">The number people use.</param>
[MessageIdentity("orders.order-placed")]
public sealed record OrderPlaced(Guid OrderId, string Number) : IIntegrationEvent;

/// <summary>The order is paid and stands.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Number">The number people use.</param>
/// <param name="CheckoutId">The purchase it comes from.</param>
/// <param name="CartId">The cart it comes from.</param>
/// <param name="CustomerId">The signed-in customer; null for a guest.</param>
/// <param name="Email">Where mails about the order go.</param>
/// <param name="Lines">What was bought.</param>
/// <param name="Totals">What it adds up to.</param>
/// <param name="ConfirmedAt">When it was confirmed, UTC.</param>
[MessageIdentity("orders.order-confirmed")]
public sealed record OrderConfirmed(
    Guid OrderId,
    string Number,
    Guid CheckoutId,
    Guid CartId,
    Guid? CustomerId,
    string Email,
    IReadOnlyList<OrderLine> Lines,
    OrderTotals Totals,
    DateTimeOffset ConfirmedAt
) : IIntegrationEvent;

/// <summary>The order does not stand and never will.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Reason">Stable code: <c>orders.canceled_by_customer</c>, <c>orders.canceled_by_staff</c>, or the canceler's own.</param>
[MessageIdentity("orders.order-canceled")]
public sealed record OrderCanceled(Guid OrderId, string Reason) : IIntegrationEvent;
