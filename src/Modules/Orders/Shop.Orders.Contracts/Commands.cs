using Shop.BuildingBlocks.Contracts;

namespace Shop.Orders.Contracts;

/// <summary>One line of an order as it was sold.</summary>
/// <param name="Sku">The variant's stock keeping unit.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Title">Product and variant as shown when it was bought.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="UnitPrice">Price of one piece as listed: before tax, or with it when the totals say so.</param>
/// <param name="Tax">Tax on the whole line, after discount; what is taxed is the total without it.</param>
/// <param name="Total">The whole line, after discount, including tax.</param>
/// <param name="Discount">What promotions took off the whole line; null from a version that knew none.</param>
/// <param name="TaxBasisPoints">The tax rate in hundredths of a percent; null from a version that didn't tell.</param>
public sealed record OrderLine(
    string Sku,
    Guid ProductId,
    string Title,
    int Quantity,
    Money UnitPrice,
    Money Tax,
    Money Total,
    Money? Discount = null,
    int? TaxBasisPoints = null
);

/// <summary>A promotion that reduced an order.</summary>
/// <param name="PromotionId">Which.</param>
/// <param name="Name">As the shopper read it.</param>
/// <param name="Code">The code it came by; null when it came by itself.</param>
/// <param name="Amount">What it took off the lines, or off shipping.</param>
public sealed record OrderPromotion(Guid PromotionId, string Name, string? Code, Money Amount);

/// <summary>What an order adds up to.</summary>
/// <param name="Subtotal">Lines as listed, before discounts.</param>
/// <param name="Shipping">Shipping as listed, after promotions.</param>
/// <param name="Tax">All tax.</param>
/// <param name="Total">What the payer pays: subtotal - discount + shipping, and the tax unless it is included.</param>
/// <param name="Discount">What promotions took off the lines; null from a version that knew none.</param>
/// <param name="ShippingTax">The part of the tax that is for shipping; null from a version that didn't tell.</param>
/// <param name="PricesIncludeTax">Prices as listed had the tax in them; null means no.</param>
public sealed record OrderTotals(
    Money Subtotal,
    Money Shipping,
    Money Tax,
    Money Total,
    Money? Discount = null,
    Money? ShippingTax = null,
    bool? PricesIncludeTax = null
);

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
/// <param name="Promotions">What reduced it, in the order of application; null for nothing.</param>
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
    Guid PaymentId,
    IReadOnlyList<OrderPromotion>? Promotions = null
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
