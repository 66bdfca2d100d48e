using System.Collections.Frozen;
using Microsoft.FeatureManagement;
using Npgsql;
using Shop.Host.Messaging;
using Shop.Host.Topology;
using Wolverine.Runtime;

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
    IWolverineRuntime bus,
    TimeProvider clock,
    ILogger<TrafficSwitches> log
) : BackgroundService, IFeatureDefinitionProvider
{
    /// <summary>A move of a switch is known everywhere within this time and the query's own.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const string Flags = "Modules.";
    private volatile FrozenDictionary<string, TrafficSwitch> _switches = FrozenDictionary<string, TrafficSwitch>.Empty;

    /// <summary>A module's switch.</summary>
    public TrafficSwitch Of(string module) => _switches.GetValueOrDefault(module) ?? TrafficSwitch.Local(module);

    /// <summary>The name of a module's flag.</summary>
    public static string FlagOf(string module) => Flags + module;

    /// <inheritdoc />
    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName) =>
        Task.FromResult(
            featureName.StartsWith(Flags, StringComparison.Ordinal)
                ? Definition(Of(featureName[Flags.Length..]))
                : new FeatureDefinition { Name = featureName }
        );

    /// <inheritdoc />
    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        foreach (var module in placement.Modules)
            yield return await GetFeatureDefinitionAsync(FlagOf(module.Name));
    }

    /// <summary>Reads the switches now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) =>
        _switches = (await store.ReadAsync(cancellationToken)).ToFrozenDictionary(s => s.Module);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do await TryAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
            foreach (var module in placement.Modules.Where(m => m is { IsHere: true, IsMoving: true }))
                await ListenAsync(module);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // What was known stays: the sides must not change because a read failed.
            log.LogWarning("The traffic switches can't be read: {Reason}", (e as PostgresException)?.SqlState ?? e.GetType().Name);
        }
    }

    // Both sides may listen for a moment while they learn of a move. The queue gives each message to one of them.
    private async Task ListenAsync(PlacedModule module)
    {
        var queue = transport.QueueOf(module.Module);
        if (bus.Endpoints.FindListeningAgent(queue) is not { } listener)
            return;
        var isOurs = Of(module.Name).Percent == 100 ? !placement.IsFront : placement.IsFront;
        var listens = listener.Status == Wolverine.Transports.ListeningStatus.Accepting;
        if (isOurs == listens)
            return;
        log.LogInformation("{Module}'s messages are handled {Side}", module.Name, isOurs ? "here" : "on the other side");
        if (isOurs)
            await listener.StartAsync();
        else
            await listener.StopAndDrainAsync();
    }

    private static FeatureDefinition Definition(TrafficSwitch traffic) =>
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
