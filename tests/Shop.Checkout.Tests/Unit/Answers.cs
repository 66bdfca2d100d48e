using Shop.Carts.Contracts;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Checkout.Tests.Unit;

/// <summary>Everything a purchase can be told.</summary>
internal static class Answers
{
    /// <summary>One of each, fitting the purchase.</summary>
    public static object[] To(CheckoutState c) =>
        [
            new StockReserved(c.Id),
            new StockRejected(c.Id, "inventory.out_of_stock", []),
            new PromotionsRedeemed(c.Id),
            new PromotionsRejected(c.Id, "carts.promotion_exhausted"),
            new PromotionsReturned(c.Id),
            new ReservationCommitted(c.Id),
            new ReservationLost(c.Id, "inventory.hold_expired"),
            new ReservationReleased(c.Id),
            new PaymentAuthorized(c.Id, c.Total),
            new PaymentActionRequired(c.Id, "https://pay.example/3ds"),
            new PaymentDeclined(c.Id, "payments.declined"),
            new PaymentCaptured(c.Id, c.Total),
            new PaymentCaptureFailed(c.Id, "payments.authorization_lost"),
            new PaymentVoided(c.Id, null),
            new OrderPlaced(c.Id, "S-1001"),
            new OrderConfirmed(c.Id, "S-1001", c.Id, c.CartId, null, c.Email, c.Lines, c.Totals, Purchases.Start),
            new OrderCanceled(c.Id, "orders.canceled_by_customer"),
            new Due(),
        ];
}
