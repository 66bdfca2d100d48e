using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;
using Shop.BuildingBlocks;

namespace Shop.Host.Observability;

/// <summary>
/// The log: text for a person in Development, one JSON object a line elsewhere. It never holds a body, a query string, an e-mail address,
/// a token or an address; <see cref="RecordsByName"/> and <see cref="RedactingFormatter"/> see to what a library would let slip.
/// </summary>
internal static class Logs
{
    private const string Text = "[{Timestamp:HH:mm:ss.fff} {Level:u3}] {SourceContext}: {Message:lj}{NewLine}{Exception}";
    private const string Unmatched = "(no route)";

    public static void AddShopLogs(this WebApplicationBuilder builder)
    {
        ITextFormatter format = builder.Environment.IsDevelopment()
            ? new MessageTemplateTextFormatter(Text)
            : new RenderedCompactJsonFormatter();
        // The static logger is left alone because several hosts may live in one process (tests).
        builder.Services.AddSerilog(
            logger =>
                Levels(logger, builder)
                    .Enrich.FromLogContext()
                    .Enrich.With<RecordsByName>()
                    .Filter.ByExcluding(IsStopWhileStarting)
                    .WriteTo.Sink(new BackgroundConsole(new RedactingFormatter(format))),
            preserveStaticLogger: true
        );
    }

    // The framework calls it a failure, with a stack trace, when the shop is told to stop before it has started.
    private static bool IsStopWhileStarting(LogEvent e) =>
        e.Exception is OperationCanceledException && e.MessageTemplate.Text == "Hosting failed to start";

    // Libraries speak up when something is wrong; Logging:LogLevel:<category> has the last word, as usual.
    private static LoggerConfiguration Levels(LoggerConfiguration logger, WebApplicationBuilder builder)
    {
        // Tests start dozens of hosts in one process: only what is wrong is worth a line there.
        logger.MinimumLevel.Is(builder.Environment.IsEnvironment("Testing") ? LogEventLevel.Warning : LogEventLevel.Information);
        foreach (var library in new[] { "Microsoft", "System", "Wolverine", "JasperFx" })
            logger.MinimumLevel.Override(library, LogEventLevel.Warning);
        // It warns of keys that no other process can read; nothing the shop hands out is encrypted with them.
        logger.MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error);
        // It misses the list of handlers that this host deliberately does without (docs/adr/0011).
        logger.MinimumLevel.Override("Wolverine.Configuration.HandlerDiscovery", LogEventLevel.Error);
        foreach (var (category, level) in builder.Configuration.GetSection("Logging:LogLevel").Get<Dictionary<string, LogLevel>>() ?? [])
        {
            if (category == "Default")
                logger.MinimumLevel.Is(LevelConvert.ToSerilogLevel(level));
            else
                logger.MinimumLevel.Override(category, LevelConvert.ToSerilogLevel(level));
        }
        return logger;
    }

    /// <summary>One line a request: route, status, milliseconds, user; the trace and span ids come with every event.</summary>
    public static void UseShopRequestLog(this WebApplication app) =>
        app.UseSerilogRequestLogging(options =>
        {
            options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
            options.MessageTemplate = "{RequestMethod:l} {Route:l} answered {StatusCode} in {Elapsed:0.0} ms";
            // The route's pattern, not the path: what a caller types is not ours to keep.
            options.GetMessageTemplateProperties = (context, _, elapsed, status) =>
                [
                    new LogEventProperty("RequestMethod", new ScalarValue(context.Request.Method)),
                    new LogEventProperty("Route", new ScalarValue(RouteOf(context))),
                    new LogEventProperty("StatusCode", new ScalarValue(status)),
                    new LogEventProperty("Elapsed", new ScalarValue(elapsed)),
                ];
            options.EnrichDiagnosticContext = (diagnostics, context) =>
            {
                diagnostics.Set("RequestId", context.TraceIdentifier);
                if (context.User.UserId() is { } user)
                    diagnostics.Set("UserId", user);
            };
            options.GetLevel = (context, _, failure) =>
                ShopObservability.IsProbe(context) ? LogEventLevel.Verbose
                : failure is not null || context.Response.StatusCode >= 500 ? LogEventLevel.Error
                : LogEventLevel.Information;
        });

    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { Length: > 0 } route ? route : Unmatched;
}

/// <summary>
/// Cuts a record that some library logged as text down to its name. Wolverine logs a whole message when a query fails, and messages
/// carry tokens and addresses.
/// </summary>
internal sealed class RecordsByName : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        // The hosting scope's; the request log has the route instead.
        logEvent.RemovePropertyIfPresent("RequestPath");
        List<LogEventProperty>? named = null;
        foreach (var (name, value) in logEvent.Properties)
        {
            if (value is ScalarValue { Value: string text } && IsRecord(text))
                (named ??= []).Add(new(name, new ScalarValue(text[..text.IndexOf(" { ", StringComparison.Ordinal)])));
        }
        named?.ForEach(logEvent.AddOrUpdateProperty);
    }

    private static bool IsRecord(string text) =>
        text.EndsWith(" }", StringComparison.Ordinal) && text.Contains(" { ", StringComparison.Ordinal);
}
