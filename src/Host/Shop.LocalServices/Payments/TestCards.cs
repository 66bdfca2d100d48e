namespace Shop.LocalServices.Payments;

/// <summary>How a test payment method behaves.</summary>
internal sealed record TestCard(StripeError? Decline = null, bool WantsAuthentication = false);

/// <summary>The provider's test payment methods.</summary>
internal static class TestCards
{
    private const string Prefix = "pm_card_";

    private static readonly TestCard Good = new();
    private static readonly TestCard Watched = new(WantsAuthentication: true);

    private static readonly Dictionary<string, TestCard> Known = new()
    {
        ["visa"] = Good,
        ["visa_debit"] = Good,
        ["mastercard"] = Good,
        ["mastercard_debit"] = Good,
        ["amex"] = Good,
        ["discover"] = Good,
        ["diners"] = Good,
        ["jcb"] = Good,
        ["unionpay"] = Good,
        ["chargeDeclined"] = Declined("generic_decline", "Your card was declined."),
        ["chargeDeclinedInsufficientFunds"] = Declined("insufficient_funds", "Your card has insufficient funds."),
        ["chargeDeclinedLostCard"] = Declined("lost_card", "Your card was declined."),
        ["chargeDeclinedStolenCard"] = Declined("stolen_card", "Your card was declined."),
        ["chargeDeclinedFraudulent"] = Declined("fraudulent", "Your card was declined."),
        ["chargeDeclinedExpiredCard"] = Refused("expired_card", "Your card has expired."),
        ["chargeDeclinedIncorrectCvc"] = Refused("incorrect_cvc", "Your card's security code is incorrect."),
        ["chargeDeclinedProcessingError"] = Refused(
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit."
        ),
        ["authenticationRequired"] = Watched,
        ["threeDSecure2Required"] = Watched,
        ["threeDSecureRequired"] = Watched,
    };

    /// <summary>Null when the provider knows no such payment method.</summary>
    public static TestCard? Find(string paymentMethod)
    {
        if (!paymentMethod.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var name = paymentMethod[Prefix.Length..];
        // pm_card_visa_chargeDeclined is pm_card_chargeDeclined on a named brand.
        return Known.GetValueOrDefault(name) ?? Known.GetValueOrDefault(name.Replace("visa_", "", StringComparison.Ordinal));
    }

    private static TestCard Declined(string reason, string message) => new(StripeError.Card("card_declined", reason, message));

    private static TestCard Refused(string code, string message) => new(StripeError.Card(code, null, message));
}
