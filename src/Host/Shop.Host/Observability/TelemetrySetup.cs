using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Shop.BuildingBlocks;

namespace Shop.Host.Observability;

/// <summary>One trace from the HTTP request through the outbox and the handlers to the SQL; figures for Prometheus.</summary>
internal static class TelemetrySetup
{
    /// <summary>Set it and traces are sent there; unset, ids still run through requests and handlers, and nothing is recorded.</summary>
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string Bus = "Wolverine";
    private const string Database = "Npgsql";

    public static void AddShopTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("shop", serviceVersion: Version))
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter(Database)
                    .AddMeter(Bus + ":*")
                    .AddMeter(Telemetry.Name)
                    .AddView(OfFewSeries)
                    .AddPrometheusExporter()
            );
        builder.Services.AddHostedService<BusGauges>();
        if (string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]))
            builder.Services.AddHostedService<TraceIds>();
        else
            telemetry.WithTracing(traces =>
                traces
                    .AddAspNetCoreInstrumentation(o => o.Filter = context => !ShopObservability.IsProbe(context))
                    .AddHttpClientInstrumentation()
                    .AddSource(Database)
                    .AddSource(Bus)
                    .AddSource(Telemetry.Name)
                    .AddOtlpExporter()
            );
    }

    /// <summary>
    /// Room for series is taken when an instrument is made: for 2,000 of each unless told otherwise, which the instruments of the
    /// runtime and of a dozen connection pools never come near.
    /// </summary>
    private static MetricStreamConfiguration? OfFewSeries(Instrument instrument) =>
        instrument.Meter.Name is Database or "System.Runtime" ? new MetricStreamConfiguration { CardinalityLimit = 200 } : null;

    private static string Version =>
        typeof(TelemetrySetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>
    /// Without a place to send traces to, spans are made as bare ids: enough for a purchase's log lines to share one trace id from the
    /// request to the last handler, and nothing more is paid for.
    /// </summary>
    private sealed class TraceIds : IHostedService, IDisposable
    {
        private readonly ActivityListener _listener = new()
        {
            ShouldListenTo = source => source.Name == Bus,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            SampleUsingParentId = static (ref ActivityCreationOptions<string> _) => ActivitySamplingResult.PropagationData,
        };

        public Task StartAsync(CancellationToken cancellationToken)
        {
            ActivitySource.AddActivityListener(_listener);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _listener.Dispose();
    }
}
