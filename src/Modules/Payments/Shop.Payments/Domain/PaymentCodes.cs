namespace Shop.Payments.Domain;

/// <summary>Stable codes in which a payment's refusal is told.</summary>
public static class PaymentCodes
{
    public const string Declined = "payments.declined";
    public const string InsufficientFunds = "payments.insufficient_funds";
    public const string AuthenticationFailed = "payments.authentication_failed";
    public const string ProviderUnavailable = "payments.provider_unavailable";
    public const string InvalidMethod = "payments.invalid_method";
    public const string AmountMismatch = "payments.amount_mismatch";
    public const string AuthorizationLost = "payments.authorization_lost";
}
