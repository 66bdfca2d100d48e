using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;

namespace Shop.Orders.Domain;

/// <summary>An order in the words of the module's Contracts.</summary>
internal static class OrderFacts
{
    /// <summary>The fact that it stands.</summary>
    public static OrderConfirmed ToConfirmed(this Order order) =>
        new(
            order.Id,
            order.Number,
            order.CheckoutId,
            order.CartId,
            order.CustomerId,
            order.Email,
            order.ToLines(),
            order.ToTotals(),
            order.ConfirmedAt ?? throw new InvalidOperationException($"Order {order.Id} is {order.Status}, not confirmed.")
        );

    /// <summary>The fact that it does not.</summary>
    public static OrderCanceled ToCanceled(this Order order) => new(order.Id, order.CancelReason ?? "orders.expired");

    /// <summary>What was bought, in the order it was listed.</summary>
    public static IReadOnlyList<OrderLine> ToLines(this Order order) =>
        [
            .. order
                .Lines.OrderBy(l => l.Position)
                .Select(l => new OrderLine(
                    l.Sku,
                    l.ProductId,
                    l.Title,
                    l.Quantity,
                    order.Amount(l.UnitPrice),
                    order.Amount(l.Tax),
                    order.Amount(l.Total),
                    order.Amount(l.Discount),
                    l.TaxBasisPoints
                )),
        ];

    /// <summary>What it adds up to.</summary>
    public static OrderTotals ToTotals(this Order order) =>
        new(
            order.Amount(order.Subtotal),
            order.Amount(order.Shipping),
            order.Amount(order.Tax),
            order.Amount(order.Total),
            order.Amount(order.Discount),
            order.Amount(order.ShippingTax),
            order.PricesIncludeTax
        );

    private static Money Amount(this Order order, long minor) => new(minor, order.Currency);

    private static Money? Amount(this Order order, long? minor) => minor is { } known ? order.Amount(known) : null;
}
