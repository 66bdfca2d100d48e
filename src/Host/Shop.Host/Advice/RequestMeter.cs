using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Shop.Host.Advice;

/// <summary>
/// Counts the requests to each module from the figure that the server itself measures, which /metrics shows too: in the last fifteen
/// minutes, and since the process began. Its memory doesn't grow.
/// </summary>
public sealed class RequestMeter : IHostedService, IDisposable
{
    /// <summary>Says, of a request that is forwarded, which module's it is.</summary>
    public const string ModuleTag = "shop.module";

    private const string Hosting = "Microsoft.AspNetCore.Hosting";
    private const string Duration = "http.server.request.duration";

    private readonly ConcurrentDictionary<string, RequestTally?> _byRoute = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, RequestTally> _tallies = Modules.All.ToDictionary(m => m.Name, _ => new RequestTally());
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _since;

    /// <summary>Listens from the start of the host on.</summary>
    public RequestMeter(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        _since = clock.GetUtcNow();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Listeners hear the whole process, and it may hold a second host.
            if (instrument is { Name: Duration, Meter.Name: Hosting } && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Count(seconds, tags));
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    /// <summary>Counts one request.</summary>
    /// <param name="route">The pattern of its route; one that is no module's doesn't count.</param>
    /// <param name="method">Its HTTP method.</param>
    /// <param name="seconds">How long it took.</param>
    public void Count(string route, string? method, double seconds)
    {
        if (_byRoute.GetOrAdd(route, TallyOf) is { } tally)
            Count(tally, method, seconds);
    }

    /// <summary>What was counted.</summary>
    public (RequestPeriod Period, IReadOnlyDictionary<string, ModuleRequests> Modules) Read()
    {
        var now = _clock.GetUtcNow();
        var first = MinuteOf(now) - RequestTally.Minutes + 1;
        var windowStart = DateTimeOffset.UnixEpoch.AddMinutes(first);
        var from = windowStart > _since ? windowStart : _since;
        var sums = _tallies.ToDictionary(t => t.Key, t => t.Value.Sum(first));
        var total = sums.Values.Sum(s => s.Count);
        var seconds = Math.Max(1, (now - from).TotalSeconds);
        return (
            new(from, now, _since, total),
            sums.ToDictionary(
                s => s.Key,
                s => new ModuleRequests(
                    s.Value.Count,
                    s.Value.Count / seconds,
                    total == 0 ? 0 : (double)s.Value.Count / total,
                    s.Value.Count == 0 ? null : (double)s.Value.Reads / s.Value.Count,
                    s.Value.Percentile(0.5),
                    s.Value.Percentile(0.99),
                    s.Value.SinceStart
                )
            )
        );
    }

    private void Count(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? route = null;
        string? method = null;
        string? forwardedTo = null;
        foreach (var tag in tags)
            if (tag.Key == "http.route")
                route = tag.Value as string;
            else if (tag.Key == "http.request.method")
                method = tag.Value as string;
            else if (tag.Key == ModuleTag)
                forwardedTo = tag.Value as string;
        if (route is not null)
            Count(route, method, seconds);
        else if (forwardedTo is not null)
            Count(_tallies[forwardedTo], method, seconds);
    }

    private void Count(RequestTally tally, string? method, double seconds) =>
        tally.Count(MinuteOf(_clock.GetUtcNow()), seconds * 1_000, method is "GET" or "HEAD");

    private RequestTally? TallyOf(string route) => ModuleTies.OwnerOf(route) is { } module ? _tallies[module.Name] : null;

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;
}
