using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Shop.Host.Topology;

namespace Shop.Host.Traffic;

/// <summary>When the traffic of a moving module steps back by itself; section <c>Traffic</c>.</summary>
public sealed class TrafficOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Traffic";

    /// <summary>How far back is looked, in seconds.</summary>
    [Range(1, 60)]
    public int WindowSeconds { get; set; } = 5;

    /// <summary>Fewer calls than this in the window say nothing.</summary>
    [Range(1, 10_000)]
    public int LeastCalls { get; set; } = 10;

    /// <summary>More failures than this, in percent of the window's calls, and the traffic steps back.</summary>
    [Range(1, 100)]
    public int MaxErrorPercent { get; set; } = 5;

    /// <summary>A p99 above this, in milliseconds, and the traffic steps back.</summary>
    [Range(1, 10_000)]
    public int MaxP99Milliseconds { get; set; } = 1_000;
}

/// <summary>What the window shows of the calls to the other side.</summary>
/// <param name="Calls">Calls that ended, and those under way.</param>
/// <param name="ErrorPercent">Share of failures: no answer, or 5xx.</param>
/// <param name="P99Milliseconds">
/// Nearest rank, and of fewer than 300 calls the third slowest: two may be anybody's bad luck. A call under way counts with the time it has
/// taken so far.
/// </param>
public sealed record RemoteFigures(int Calls, double ErrorPercent, double P99Milliseconds);

/// <summary>
/// Watches the calls that go to the other side and takes the traffic back when they fail or are slow: automatically, with the reason in
/// the book.
/// </summary>
public sealed class RemoteWatch(
    Placement placement,
    TrafficSwitches switches,
    TrafficStore store,
    IOptions<TrafficOptions> options,
    TimeProvider clock,
    ILogger<RemoteWatch> log
) : BackgroundService
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Window> _windows = placement.Modules.ToDictionary(m => m.Name, _ => new Window());

    /// <summary>A call begins. Dispose of it when it has ended; until it is said to be good it counts as failed.</summary>
    public Call Begin(string module) => _windows[module].Begin(clock.GetTimestamp(), clock);

    /// <summary>The figures of the window that ends now.</summary>
    public RemoteFigures Figures(string module) => _windows[module].Figures(clock, TimeSpan.FromSeconds(options.Value.WindowSeconds));

    /// <summary>Why the figures ask for a step back; null when they don't.</summary>
    public static string? Complaint(RemoteFigures figures, TrafficOptions limits) =>
        figures.Calls < limits.LeastCalls ? null
        : figures.ErrorPercent > limits.MaxErrorPercent
            ? $"{figures.ErrorPercent:F0} % of {figures.Calls} calls failed within {limits.WindowSeconds} s (limit {limits.MaxErrorPercent} %)"
        : figures.P99Milliseconds > limits.MaxP99Milliseconds
            ? $"p99 of {figures.Calls} calls was {figures.P99Milliseconds:F0} ms within {limits.WindowSeconds} s (limit {limits.MaxP99Milliseconds} ms)"
        : null;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var module in placement.Modules.Where(m => m is { IsHere: true, IsMoving: true, Address: not null }))
                await JudgeAsync(module.Name, stoppingToken);
    }

    private async Task JudgeAsync(string module, CancellationToken cancellationToken)
    {
        var traffic = switches.Of(module);
        if (traffic.Percent == 0 || Complaint(Figures(module), options.Value) is not { } complaint)
            return;
        try
        {
            var back = traffic with { Percent = 0, ChangedBy = "automatic", Reason = complaint };
            if (await store.MoveAsync(back, onlyFrom: traffic.Percent, cancellationToken))
                log.LogWarning("{Module}'s traffic stepped back from {Percent} %: {Complaint}", module, traffic.Percent, complaint);
            await switches.RefreshAsync(cancellationToken);
            _windows[module].Clear();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(e, "{Module}'s traffic could not step back: {Complaint}", module, complaint);
        }
    }

    /// <summary>A call under way.</summary>
    public sealed class Call : IDisposable
    {
        private readonly Window _window;

        internal Call(Window window, long began) => (_window, Began) = (window, began);

        internal long Began { get; }

        internal long? Ended { get; set; }

        internal bool Good { get; private set; }

        /// <summary>It was answered, and not with 5xx.</summary>
        public void Succeed() => Good = true;

        /// <inheritdoc />
        public void Dispose() => _window.End(this);
    }

    internal sealed class Window
    {
        private readonly Lock _lock = new();
        private readonly LinkedList<Call> _calls = new();
        private TimeProvider? _clock;

        public Call Begin(long now, TimeProvider clock)
        {
            lock (_lock)
            {
                _clock = clock;
                if (_calls.Count == MaxRemembered)
                    _calls.RemoveFirst();
                return _calls.AddLast(new Call(this, now)).Value;
            }
        }

        public void End(Call call)
        {
            lock (_lock)
                call.Ended = _clock!.GetTimestamp();
        }

        public void Clear()
        {
            lock (_lock)
                _calls.Clear();
        }

        public RemoteFigures Figures(TimeProvider clock, TimeSpan span)
        {
            var now = clock.GetTimestamp();
            lock (_lock)
            {
                // In the order of their beginnings, so old ones may stand behind one that is still under way.
                for (var node = _calls.First; node is not null; )
                {
                    var next = node.Next;
                    if (node.Value.Ended is { } ended && clock.GetElapsedTime(ended, now) > span)
                        _calls.Remove(node);
                    node = next;
                }
                var times = _calls.Select(c => clock.GetElapsedTime(c.Began, c.Ended ?? now).TotalMilliseconds).Order().ToArray();
                if (times.Length == 0)
                    return new(0, 0, 0);
                var failed = _calls.Count(c => c is { Ended: not null, Good: false });
                return new(
                    times.Length,
                    100.0 * failed / times.Length,
                    times[Math.Max(0, Math.Min((int)Math.Ceiling(times.Length * 0.99), times.Length - 2) - 1)]
                );
            }
        }
    }
}
