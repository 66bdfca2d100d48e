using System.Collections.Frozen;
using Microsoft.FeatureManagement;
using Shop.Host.Messaging;
using Shop.Host.Topology;
using Wolverine.Runtime;
using Wolverine.Transports;

namespace Shop.Host.Traffic;

/// <summary>
/// The switches as this process knows them, read anew every second; and the listener of each moving module's queue, which runs on the side
/// that the module's messages are handled on: where the module was until all traffic is where it goes (docs/adr/0012). As feature flags
/// they are called <c>Modules.&lt;Name&gt;</c>.
/// </summary>
public sealed class TrafficSwitches(
    Placement placement,
    ModuleTransport transport,
    TrafficStore store,
    Rehoming rehoming,
    IWolverineRuntime bus,
    TimeProvider clock,
    ILogger<TrafficSwitches> log
) : BackgroundService, IFeatureDefinitionProvider
{
    /// <summary>A move of a switch is known everywhere within this time and the query's own.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan NotePeriod = TimeSpan.FromSeconds(5);

    private const int RoundsInARow = 30;
    private const int RoundsApart = 30;
    private const string Flags = "Modules.";
    private volatile FrozenDictionary<string, (TrafficSwitch Switch, FeatureDefinition Flag)> _switches = FrozenDictionary<
        string,
        (TrafficSwitch, FeatureDefinition)
    >.Empty;

    private volatile bool _isKnown;

    // What this class has stopped: a listener that stands still for another reason is the bus's affair.
    private readonly HashSet<string> _given = [];

    // On which side each module was found, and for how many rounds.
    private readonly Dictionary<string, (bool IsOurs, int Round)> _sides = [];

    /// <summary>A module's switch.</summary>
    public TrafficSwitch Of(string module) => _switches.GetValueOrDefault(module).Switch ?? TrafficSwitch.Local(module);

    /// <summary>The name of a module's flag.</summary>
    public static string FlagOf(string module) => Flags + module;

    /// <inheritdoc />
    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
        Task.FromResult(
            featureName.StartsWith(Flags, StringComparison.Ordinal)
                ? _switches.GetValueOrDefault(featureName[Flags.Length..]).Flag ?? Definition(Of(featureName[Flags.Length..]))
                : new FeatureDefinition { Name = featureName }
        );

    /// <inheritdoc />
    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        foreach (var module in placement.Modules)
            yield return await GetFeatureDefinitionAsync(FlagOf(module.Name));
    }

    /// <summary>Reads the switches now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        _switches = (await store.ReadAsync(cancellationToken)).ToFrozenDictionary(s => s.Module, s => (s, Definition(s)));
        _isKnown = true;
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // A listener that drains takes its time, and the switches must be known meanwhile.
        Task.WhenAll(
            RepeatAsync("read", RefreshAsync, Period, stoppingToken),
            RepeatAsync("obeyed", ObeyAsync, Period, stoppingToken),
            RepeatAsync("joined", token => store.NoteAsync(placement, token), NotePeriod, stoppingToken)
        );

    private async Task RepeatAsync(string what, Func<CancellationToken, Task> work, TimeSpan period, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, clock);
        do await TryAsync(what, work, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // What was known stays: the sides must not change because the database or a broker is away.
            log.LogWarning(e, "The traffic switches can't be {What} for the moment", what);
        }
    }

    private async Task ObeyAsync(CancellationToken cancellationToken)
    {
        // A side that doesn't know yet changes nothing.
        if (!_isKnown)
            return;
        foreach (var module in placement.Modules)
        {
            var isOurs = module.IsHere && (!module.IsMoving || (Of(module.Name).Percent == 100) != placement.IsFront);
            if (module is { IsHere: true, IsMoving: true })
                await ListenAsync(module, isOurs);
            await RehomeAsync(module, isOurs, cancellationToken);
        }
    }

    // Both sides may listen for a moment while they learn of a move. The queue gives each message to one of them.
    private async Task ListenAsync(PlacedModule module, bool isOurs)
    {
        if (bus.Endpoints.FindListeningAgent(transport.QueueOf(module.Module)) is not { } listener)
            return;
        if (isOurs && _given.Contains(module.Name))
        {
            await listener.StartAsync();
            _given.Remove(module.Name);
            log.LogInformation("{Module}'s messages are handled here", module.Name);
        }
        // One that was too busy to be stopped, or is healed by the bus, starts again by itself.
        else if (!isOurs && (!_given.Contains(module.Name) || listener.Status == ListeningStatus.Accepting))
        {
            await listener.StopAndDrainAsync();
            if (_given.Add(module.Name))
                log.LogInformation("{Module}'s messages are handled on the other side", module.Name);
        }
    }

    // Most of what waits is found at once and the rest when retries are due, or when whoever had it is taken for dead.
    private async Task RehomeAsync(PlacedModule module, bool isOurs, CancellationToken cancellationToken)
    {
        var round = _sides.TryGetValue(module.Name, out var side) && side.IsOurs == isOurs ? side.Round : 0;
        _sides[module.Name] = (isOurs, round + 1);
        if (round % RoundsApart != 0 && (!module.IsMoving || round >= RoundsInARow))
            return;
        var inboxes = isOurs
            ? (await store.InboxesAsync(cancellationToken)).Where(inbox => inbox != placement.EnvelopeSchema)
            : [placement.EnvelopeSchema];
        foreach (var inbox in inboxes)
            await rehoming.RunAsync(module.Module, inbox, cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync("left", store.LeaveAsync, cancellationToken);
    }

    /// <summary>A switch as a feature flag: on for the callers that go to the other side.</summary>
    public static FeatureDefinition Definition(TrafficSwitch traffic) =>
        new()
        {
            Name = FlagOf(traffic.Module),
            EnabledFor =
            [
                new()
                {
                    Name = "Microsoft.Targeting",
                    Parameters = new ConfigurationBuilder()
                        .AddInMemoryCollection([new("Audience:DefaultRolloutPercentage", $"{traffic.Percent}")])
                        .Build(),
                },
            ],
        };
}
