using Shop.Carts.Contracts;
using Shop.Checkout.Data;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Checkout.Saga;

// The participants know nothing of a checkout; the id each got from the saga comes back in its answer and is the checkout's own.

/// <summary>Inventory's answer to ReserveStock.</summary>
public sealed class StockReservedHandler
{
    public static Task<object[]> Handle(
        StockReserved message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.ReservationId, message, cancellationToken);
}

/// <summary>Inventory's answer to ReserveStock.</summary>
public sealed class StockRejectedHandler
{
    public static Task<object[]> Handle(
        StockRejected message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.ReservationId, message, cancellationToken);
}

/// <summary>Inventory's answer to CommitReservation.</summary>
public sealed class ReservationCommittedHandler
{
    public static Task<object[]> Handle(
        ReservationCommitted message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.ReservationId, message, cancellationToken);
}

/// <summary>Inventory's answer to CommitReservation.</summary>
public sealed class ReservationLostHandler
{
    public static Task<object[]> Handle(
        ReservationLost message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.ReservationId, message, cancellationToken);
}

/// <summary>Inventory's answer to ReleaseReservation.</summary>
public sealed class ReservationReleasedHandler
{
    public static Task<object[]> Handle(
        ReservationReleased message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.ReservationId, message, cancellationToken);
}

/// <summary>Payments' answer to AuthorizePayment.</summary>
public sealed class PaymentAuthorizedHandler
{
    public static Task<object[]> Handle(
        PaymentAuthorized message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.PaymentId, message, cancellationToken);
}

/// <summary>Payments' answer to AuthorizePayment.</summary>
public sealed class PaymentActionRequiredHandler
{
    public static Task<object[]> Handle(
        PaymentActionRequired message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.PaymentId, message, cancellationToken);
}

/// <summary>Payments' answer to AuthorizePayment.</summary>
public sealed class PaymentDeclinedHandler
{
    public static Task<object[]> Handle(
        PaymentDeclined message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.PaymentId, message, cancellationToken);
}

/// <summary>Payments' answer to CapturePayment.</summary>
public sealed class PaymentCapturedHandler
{
    public static Task<object[]> Handle(
        PaymentCaptured message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.PaymentId, message, cancellationToken);
}

/// <summary>Payments' answer to CapturePayment.</summary>
public sealed class PaymentCaptureFailedHandler
{
    public static Task<object[]> Handle(
        PaymentCaptureFailed message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.PaymentId, message, cancellationToken);
}

/// <summary>Payments' answer to VoidPayment.</summary>
public sealed class PaymentVoidedHandler
{
    public static Task<object[]> Handle(
        PaymentVoided message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.PaymentId, message, cancellationToken);
}

/// <summary>Orders' answer to PlaceOrder.</summary>
public sealed class OrderPlacedHandler
{
    public static Task<object[]> Handle(OrderPlaced message, CheckoutDbContext db, SagaRunner saga, CancellationToken cancellationToken) =>
        saga.TakeAsync(db, message.OrderId, message, cancellationToken);
}

/// <summary>Orders' answer to ConfirmOrder.</summary>
public sealed class OrderConfirmedHandler
{
    public static Task<object[]> Handle(
        OrderConfirmed message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.OrderId, message, cancellationToken);
}

/// <summary>Orders' answer to CancelOrder; or the shopper, or staff, canceled.</summary>
public sealed class OrderCanceledHandler
{
    public static Task<object[]> Handle(
        OrderCanceled message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.OrderId, message, cancellationToken);
}

/// <summary>Carts' answer to RedeemPromotions.</summary>
public sealed class PromotionsRedeemedHandler
{
    public static Task<object[]> Handle(
        PromotionsRedeemed message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.RedemptionId, message, cancellationToken);
}

/// <summary>Carts' answer to RedeemPromotions.</summary>
public sealed class PromotionsRejectedHandler
{
    public static Task<object[]> Handle(
        PromotionsRejected message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.RedemptionId, message, cancellationToken);
}

/// <summary>Carts' answer to ReturnPromotions.</summary>
public sealed class PromotionsReturnedHandler
{
    public static Task<object[]> Handle(
        PromotionsReturned message,
        CheckoutDbContext db,
        SagaRunner saga,
        CancellationToken cancellationToken
    ) => saga.TakeAsync(db, message.RedemptionId, message, cancellationToken);
}
