using Shop.BuildingBlocks.Contracts;

namespace Shop.Orders.Contracts;

/// <summary>One line of an order as it was sold.</summary>
/// <param name="Sku">The variant's stock keeping unit.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Title">Product and variant as shown when it was bought.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="UnitPrice">Price of one piece, before tax.</param>
/// <param name="Tax">Tax on the whole line.</param>
/// <param name="Total">The whole line including tax.</param>
public sealed record OrderLine(string Sku, Guid ProductId, string Title, int Quantity, Money UnitPrice, Money Tax, Money Total);

/// <summary>What an order adds up to.</summary>
/// <param name="Subtotal">Lines before tax.</param>
/// <param name="Shipping">Shipping before tax.</param>
/// <param name="Tax">All tax.</param>
/// <param name="Total">What the payer pays.</param>
public sealed record OrderTotals(Money Subtotal, Money Shipping, Money Tax, Money Total);

/// <summary>Writes the order down, pending. Answered by <see cref="OrderPlaced"/>, or <see cref="OrderCanceled"/> if it was canceled before.</summary>
/// <param name="OrderId">Chosen by the sender; the same id twice places once.</param>
/// <param name="CheckoutId">The purchase it comes from.</param>
/// <param name="CartId">The cart it comes from.</param>
/// <param name="CustomerId">The signed-in customer; null for a guest.</param>
/// <param name="Email">Where mails about the order go.</param>
/// <param name="ShippingAddress">Where the parcel goes.</param>
/// <param name="BillingAddress">Where the invoice goes.</param>
/// <param name="Lines">What was bought.</param>
/// <param name="Totals">What it adds up to.</param>
/// <param name="ShippingMethod">The method's code.</param>
/// <param name="PaymentId">The payment.</param>
[MessageIdentity("orders.place-order")]
public sealed record PlaceOrder(
    Guid OrderId,
    Guid CheckoutId,
    Guid CartId,
    Guid? CustomerId,
    string Email,
    PostalAddress ShippingAddress,
    PostalAddress BillingAddress,
    IReadOnlyList<OrderLine> Lines,
    OrderTotals Totals,
    string ShippingMethod,
    Guid PaymentId
) : ICommand;

/// <summary>The money is taken: the order stands. Answered by <see cref="OrderConfirmed"/> or <see cref="OrderCanceled"/>.</summary>
/// <param name="OrderId">The order.</param>
[MessageIdentity("orders.confirm-order")]
public sealed record ConfirmOrder(Guid OrderId) : ICommand;

/// <summary>
/// Ends an order that is not confirmed. Answered by <see cref="OrderCanceled"/>, also for an id not seen yet, which can't be placed
/// afterwards; by <see cref="OrderConfirmed"/> when it stands already.
/// </summary>
/// <param name="OrderId">The order.</param>
/// <param name="Reason">Stable code, such as <c>checkout.hold_expired</c>.</param>
[MessageIdentity("orders.cancel-order")]
public sealed record CancelOrder(Guid OrderId, string Reason) : ICommand;
