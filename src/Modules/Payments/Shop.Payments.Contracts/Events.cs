using Shop.BuildingBlocks.Contracts;

namespace Shop.Payments.Contracts;

/// <summary>The amount is set aside at the provider.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Amount">What the provider set aside.</param>
[MessageIdentity("payments.payment-authorized")]
public sealed record PaymentAuthorized(Guid PaymentId, Money Amount) : IIntegrationEvent;

/// <summary>The payer has to authenticate (3-D Secure) before the amount can be set aside.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="ActionUrl">Where the payer does it.</param>
[MessageIdentity("payments.payment-action-required")]
public sealed record PaymentActionRequired(Guid PaymentId, string ActionUrl) : IIntegrationEvent;

/// <summary>The payment is proven to have taken and set aside nothing.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Code">
/// <c>payments.declined</c>, <c>payments.insufficient_funds</c>, <c>payments.authentication_failed</c>,
/// <c>payments.provider_unavailable</c>, <c>payments.invalid_method</c> or <c>payments.amount_mismatch</c>.
/// </param>
[MessageIdentity("payments.payment-declined")]
public sealed record PaymentDeclined(Guid PaymentId, string Code) : IIntegrationEvent;

/// <summary>The money is taken.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Amount">What was taken.</param>
[MessageIdentity("payments.payment-captured")]
public sealed record PaymentCaptured(Guid PaymentId, Money Amount) : IIntegrationEvent;

/// <summary>The authorisation is gone; nothing was taken and nothing can be.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Code"><c>payments.authorization_lost</c> or <c>payments.declined</c>.</param>
[MessageIdentity("payments.payment-capture-failed")]
public sealed record PaymentCaptureFailed(Guid PaymentId, string Code) : IIntegrationEvent;

/// <summary>No money is kept, as the provider confirmed.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Refunded">What went back to the payer after a capture; null when nothing had been taken.</param>
[MessageIdentity("payments.payment-voided")]
public sealed record PaymentVoided(Guid PaymentId, Money? Refunded) : IIntegrationEvent;
