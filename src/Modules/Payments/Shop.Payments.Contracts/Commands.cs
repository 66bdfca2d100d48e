using Shop.BuildingBlocks.Contracts;

namespace Shop.Payments.Contracts;

/// <summary>
/// Asks the provider to set the amount aside, for capture later. Answered by <see cref="PaymentAuthorized"/>,
/// <see cref="PaymentActionRequired"/> or <see cref="PaymentDeclined"/>; by nothing yet while the outcome is unknown.
/// </summary>
/// <param name="PaymentId">Chosen by the sender; the same id twice asks once.</param>
/// <param name="Reference">What is paid for, shown at the provider: the checkout's id.</param>
/// <param name="Amount">What is set aside.</param>
/// <param name="PaymentMethod">The provider's token for the payer's means; never a card number.</param>
[MessageIdentity("payments.authorize-payment")]
public sealed record AuthorizePayment(Guid PaymentId, Guid Reference, Money Amount, string PaymentMethod) : ICommand;

/// <summary>Takes the authorised amount. Answered by <see cref="PaymentCaptured"/> or <see cref="PaymentCaptureFailed"/>.</summary>
/// <param name="PaymentId">The payment.</param>
[MessageIdentity("payments.capture-payment")]
public sealed record CapturePayment(Guid PaymentId) : ICommand;

/// <summary>
/// Makes sure that no money is kept: cancels an authorisation, refunds a capture in full, closes an id not seen yet. Answered by
/// <see cref="PaymentVoided"/> once the provider confirms it.
/// </summary>
/// <param name="PaymentId">The payment.</param>
[MessageIdentity("payments.void-payment")]
public sealed record VoidPayment(Guid PaymentId) : ICommand;
