using Shop.Payments.Contracts;
using Shop.Payments.Provider;
using Wolverine.Configuration;
using Wolverine.Runtime;
using Wolverine.Transports.Local;

namespace Shop.Payments.Features;

/// <summary>Takes the money that was set aside. Takes no DbContext: no transaction may be open while the provider is called.</summary>
public sealed class CapturePaymentHandler : IConfigureLocalQueue
{
    /// <summary>Waiting for the provider costs no processor: as many at once as the provider's bulkhead lets through.</summary>
    public static void Configure(LocalQueueConfiguration configuration) => configuration.MaximumParallelMessages(StripeHttp.AtOnce);

    /// <summary>See <see cref="PaymentDesk"/>.</summary>
    public static Task Handle(CapturePayment command, PaymentDesk desk, MessageContext incoming, CancellationToken cancellationToken) =>
        desk.CaptureAsync(command, incoming, cancellationToken);
}
