using Shop.Payments.Contracts;
using Wolverine.Runtime;

namespace Shop.Payments.Features;

/// <summary>Makes sure that no money is kept. Takes no DbContext: no transaction may be open while the provider is called.</summary>
public static class VoidPaymentHandler
{
    /// <summary>See <see cref="PaymentDesk"/>.</summary>
    public static Task Handle(VoidPayment command, PaymentDesk desk, MessageContext incoming, CancellationToken cancellationToken) =>
        desk.VoidAsync(command, incoming, cancellationToken);
}
