using System.Diagnostics.Metrics;
using Shop.BuildingBlocks;
using Shop.Payments.Domain;

namespace Shop.Payments;

/// <summary>What the module counts.</summary>
internal static class PaymentMetrics
{
    private static readonly Counter<long> Transitions = Telemetry.Meter.CreateCounter<long>(
        "shop.payments.transitions",
        description: "Payments that changed state, by the states"
    );

    private static readonly Histogram<double> Calls = Telemetry.Meter.CreateHistogram<double>(
        "shop.payments.provider.duration",
        "s",
        "Calls to the payment provider, by step and verdict"
    );

    public static void Moved(PaymentState from, PaymentState to) =>
        Transitions.Add(1, new("from", from.ToText()), new KeyValuePair<string, object?>("to", to.ToText()));

    public static void Called(ProviderStep step, Verdict verdict, TimeSpan duration) =>
        Calls.Record(duration.TotalSeconds, new("step", step.ToText()), new KeyValuePair<string, object?>("verdict", verdict.ToText()));
}
