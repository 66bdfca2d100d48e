using Shop.BuildingBlocks.Contracts;

namespace Shop.Payments.Contracts;

/// <summary>A payment as the provider's own books have it.</summary>
/// <param name="PaymentId">Our id of it.</param>
/// <param name="Captured">Taken from the payer.</param>
/// <param name="Refunded">Given back.</param>
public sealed record ProviderPayment(Guid PaymentId, Money Captured, Money Refunded);
