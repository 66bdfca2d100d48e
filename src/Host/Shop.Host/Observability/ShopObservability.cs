using Shop.BuildingBlocks;

namespace Shop.Host.Observability;

/// <summary>What the shop shows of itself: logs, traces, metrics, health, and an orderly end.</summary>
public static class ShopObservability
{
    /// <summary>Routes below these are asked by machines every few seconds; they are neither traced nor logged.</summary>
    private static readonly string[] Probes = [HealthEndpoints.Prefix, MetricsPath];

    /// <summary>Where Prometheus reads; anonymous, so keep it off the public listener (docs/operations/observability.md).</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Registers logging, telemetry, health checks and the graceful stop.</summary>
    public static void AddShopObservability(this WebApplicationBuilder builder)
    {
        builder.AddShopLogs();
        builder.AddShopTelemetry();
        builder.AddShopHealth();
        builder.AddGracefulStop();
    }

    /// <summary>Adds the request log to the pipeline and maps /health/live, /health/ready and /metrics. Goes before everything else.</summary>
    public static void MapShopObservability(this WebApplication app)
    {
        app.UseShopRequestLog();
        app.MapShopHealth();
        app.MapPrometheusScrapingEndpoint(MetricsPath)
            .AllowAnonymous()
            .WithName("Host.Metrics")
            .WithTags("Host")
            .WithSummary("Figures in Prometheus' text format.")
            .ExcludeFromDescription();
    }

    /// <summary>True for health and metrics.</summary>
    public static bool IsProbe(HttpContext context) => Array.Exists(Probes, p => context.Request.Path.StartsWithSegments(p));
}
