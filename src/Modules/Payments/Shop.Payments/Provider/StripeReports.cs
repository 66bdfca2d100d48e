using Shop.Payments.Domain;
using Stripe;

namespace Shop.Payments.Provider;

/// <summary>Reads the provider's objects, wherever they come from: an answer, an error or a webhook.</summary>
internal static class StripeReports
{
    public static ProviderReport Read(PaymentIntent intent) =>
        intent.Status switch
        {
            "requires_action" => Report(intent, PaymentState.RequiresAction, intent.Amount) with
            {
                ActionUrl = intent.NextAction?.RedirectToUrl?.Url,
            },
            "requires_capture" => Report(intent, PaymentState.Authorized, intent.AmountCapturable),
            "succeeded" => Report(intent, PaymentState.Captured, intent.AmountReceived),
            "canceled" => Report(intent, PaymentState.Voided, intent.Amount),
            // Refused, and never tried again under this intent: the payer has no way to.
            "requires_payment_method" when intent.LastPaymentError is { } error => Report(intent, PaymentState.Failed, intent.Amount) with
            {
                FailureCode = CodeOf(error),
            },
            _ => Report(intent, PaymentState.Processing, intent.Amount),
        };

    /// <summary>The code under which the shop tells a refusal; it says nothing that would help somebody try out stolen cards.</summary>
    public static string CodeOf(StripeError error) =>
        (error.DeclineCode ?? error.Code) switch
        {
            "insufficient_funds" => PaymentCodes.InsufficientFunds,
            "authentication_required" or "payment_intent_authentication_failure" => PaymentCodes.AuthenticationFailed,
            "incorrect_number" or "invalid_number" or "invalid_expiry_month" or "invalid_expiry_year" or "expired_card" =>
                PaymentCodes.InvalidMethod,
            _ => PaymentCodes.Declined,
        };

    private static ProviderReport Report(PaymentIntent intent, PaymentState state, long amount) =>
        new(state, intent.Id, StripeMoney.FromStripe(amount, intent.Currency));
}
