using Shop.Payments.Contracts;
using Wolverine.Runtime;

namespace Shop.Payments.Features;

/// <summary>Takes the money that was set aside. Takes no DbContext: no transaction may be open while the provider is called.</summary>
public static class CapturePaymentHandler
{
    /// <summary>See <see cref="PaymentDesk"/>.</summary>
    public static Task Handle(CapturePayment command, PaymentDesk desk, MessageContext incoming, CancellationToken cancellationToken) =>
        desk.CaptureAsync(command, incoming, cancellationToken);
}
