using Microsoft.Extensions.Options;

namespace Shop.Payments;

/// <summary>The section <c>Payments</c>.</summary>
public sealed class PaymentsOptions
{
    /// <summary>The provider.</summary>
    public StripeOptions Stripe { get; init; } = new();

    /// <summary>Longest time after which a call that we gave up waiting for can still take effect at the provider.</summary>
    public TimeSpan ProviderDelay { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>The section <c>Payments:Stripe</c>.</summary>
public sealed class StripeOptions
{
    /// <summary>Base address of the API. Plain http on loopback only.</summary>
    public string ApiBase { get; init; } = "https://api.stripe.com";

    /// <summary>The secret key.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>The signing secret of the webhook endpoint.</summary>
    public string WebhookSecret { get; init; } = "";

    /// <summary>Where the payer comes back to after authenticating; the provider adds its own parameters. Not sent when empty.</summary>
    public string ReturnUrl { get; init; } = "";

    /// <summary>What is missing or wrong; null when the host may start.</summary>
    internal string? Fault() =>
        !Uri.TryCreate(ApiBase, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback)
            ? "Set Payments:Stripe:ApiBase to the payment provider's https address."
        : string.IsNullOrWhiteSpace(SecretKey) ? "Set Payments:Stripe:SecretKey to the payment provider's secret key."
        : string.IsNullOrWhiteSpace(WebhookSecret) ? "Set Payments:Stripe:WebhookSecret to the signing secret of the webhook endpoint."
        : null;
}

/// <summary>Refuses to start without a provider, and says what to set.</summary>
internal sealed class PaymentsOptionsCheck : IValidateOptions<PaymentsOptions>
{
    public ValidateOptionsResult Validate(string? name, PaymentsOptions options) =>
        options.Stripe.Fault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
}
