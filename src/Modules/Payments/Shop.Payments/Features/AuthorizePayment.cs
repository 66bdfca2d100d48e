using Shop.Payments.Contracts;
using Wolverine.Runtime;

namespace Shop.Payments.Features;

/// <summary>Sets money aside. Takes no DbContext: no transaction may be open while the provider is called.</summary>
public static class AuthorizePaymentHandler
{
    /// <summary>See <see cref="PaymentDesk"/>.</summary>
    public static Task Handle(AuthorizePayment command, PaymentDesk desk, MessageContext incoming, CancellationToken cancellationToken) =>
        desk.AuthorizeAsync(command, incoming, cancellationToken);
}
