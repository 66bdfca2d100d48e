using Shop.BuildingBlocks.Contracts;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Features;

/// <summary>Why a purchase came to nothing.</summary>
/// <param name="Code">Stable code, such as <c>inventory.out_of_stock</c>.</param>
/// <param name="Detail">For people.</param>
public sealed record CheckoutFailure(string Code, string Detail)
{
    /// <summary>The failure with words for its code.</summary>
    public static CheckoutFailure Of(string code) =>
        new(
            code,
            code switch
            {
                "inventory.out_of_stock" => "Something in the cart is out of stock.",
                "inventory.unknown_sku" => "Something in the cart is not sold any more.",
                "inventory.hold_expired" => "The stock could not be held long enough; please try again.",
                "carts.promotion_exhausted" => "A code on the cart was used up meanwhile. Nothing was charged; read the cart again.",
                "payments.declined" => "The payment was declined.",
                "payments.insufficient_funds" => "The payment was declined: insufficient funds.",
                "payments.authentication_failed" => "The payment could not be authenticated.",
                "payments.invalid_method" => "The payment method can't be used.",
                "payments.provider_unavailable" => "The payment service does not answer; please try again later. Nothing was charged.",
                "checkout.authentication_expired" => "The payment was not authenticated in time. Nothing was charged.",
                "checkout.timed_out" => "The purchase took too long and was given up. Nothing was charged.",
                "orders.canceled_by_customer" => "You canceled the order.",
                _ => "The purchase could not be completed. Nothing was charged, or it was paid back.",
            }
        );
}

/// <summary>A purchase as its shopper sees it.</summary>
/// <param name="Id">The purchase.</param>
/// <param name="State">Such as <c>payment_pending</c>; <c>completed</c> and <c>compensated</c> are the ends.</param>
/// <param name="OrderId">The order, once written down.</param>
/// <param name="OrderNumber">Its number.</param>
/// <param name="Total">What is paid.</param>
/// <param name="ActionUrl">Where the payer has to authenticate, while the state is <c>payment_pending</c>.</param>
/// <param name="Failure">Why it comes or came to nothing.</param>
public sealed record CheckoutView(
    Guid Id,
    string State,
    Guid? OrderId,
    string? OrderNumber,
    Money Total,
    string? ActionUrl,
    CheckoutFailure? Failure
)
{
    /// <summary>The view of a purchase.</summary>
    public static CheckoutView Of(CheckoutState c) =>
        new(
            c.Id,
            c.Step.Name(),
            c.OrderNumber is null ? null : c.Id,
            c.OrderNumber,
            c.Total,
            c.Step is CheckoutStep.PaymentPending ? c.ActionUrl : null,
            c.FailureCode is null ? null : CheckoutFailure.Of(c.FailureCode)
        );
}
