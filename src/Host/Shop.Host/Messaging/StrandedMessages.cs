using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Topology;
using Wolverine;
using Wolverine.Runtime;

namespace Shop.Host.Messaging;

/// <summary>
/// Gives back messages that stand in this process's name and that it does not have in hand: the COMMIT that stored or fetched them got
/// through, its acknowledgement did not. Only a dead process's messages are taken over by themselves, and this one lives.
/// </summary>
/// <remarks>
/// A message is stranded when four looks in a row, five seconds apart, find it waiting while nothing waits in the memory of its queue. That
/// it is being handled all this time is possible, and harmless: whoever commits first has handled it (StaleDeliveryException), and none is
/// given back twice.
/// </remarks>
internal sealed class StrandedMessages : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private const int Looks = 4;

    // Each look reads at most so many; more are a backlog.
    private const int Most = 1000;
    private const int Remembered = 10_000;

    private readonly IWolverineRuntime _runtime;
    private readonly TimeProvider _clock;
    private readonly ILogger<StrandedMessages> _log;
    private readonly NpgsqlDataSource _database;
    private readonly string _inbox;
    private readonly string _outbox;
    private readonly HashSet<Letter> _givenBack = [];
    private Dictionary<Letter, int> _seen = [];

    public StrandedMessages(
        IConfiguration configuration,
        Placement placement,
        IWolverineRuntime runtime,
        TimeProvider clock,
        ILogger<StrandedMessages> log
    )
    {
        (_runtime, _clock, _log) = (runtime, clock, log);
        var connection = ModuleData.ConnectionString(configuration, ModuleData.RoleOf("bus"));
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 1 });
        _inbox = $"{placement.EnvelopeSchema}.wolverine_incoming_envelopes";
        _outbox = $"{placement.EnvelopeSchema}.wolverine_outgoing_envelopes";
    }

    public override void Dispose()
    {
        _database.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                _log.LogWarning("Stranded messages can't be looked for: {Reason}", (e as PostgresException)?.SqlState ?? e.GetType().Name);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var mine = await ReadAsync(cancellationToken);
        _seen = mine.Where(l => !_givenBack.Contains(l) && !IsBusy(l)).ToDictionary(l => l, l => _seen.GetValueOrDefault(l) + 1);
        foreach (var letter in _seen.Where(s => s.Value >= Looks).Select(s => s.Key).ToList())
            await GiveBackAsync(letter, cancellationToken);
    }

    // Handled messages belong to nobody, so the index by owner holds no more than what waits.
    private async Task<List<Letter>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            $"""
            (select true, id, received_at, message_type from {_inbox} where owner_id = $1 and status = 'Incoming' limit {Most})
            union all
            (select false, id, destination, message_type from {_outbox} where owner_id = $1 limit {Most})
            """
        );
        command.Parameters.Add(new() { Value = _runtime.DurabilitySettings.AssignedNodeNumber });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var letters = new List<Letter>();
        while (await rows.ReadAsync(cancellationToken))
            letters.Add(new(rows.GetBoolean(0), rows.GetGuid(1), rows.GetString(2), rows.GetString(3)));
        return letters;
    }

    // What can't be sent now is kept in memory until it can.
    private bool IsBusy(Letter letter) =>
        letter.IsIncoming
            ? _runtime.Endpoints.FindListenerCircuit(new(letter.Place)) is { QueueCount: > 0 }
            : _runtime.Endpoints.GetOrBuildSendingAgent(new(letter.Place)) is { Latched: true };

    private async Task GiveBackAsync(Letter letter, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            letter.IsIncoming
                ? $"update {_inbox} set owner_id = 0 where id = $1 and received_at = $2 and owner_id = $3 and status = 'Incoming'"
                : $"update {_outbox} set owner_id = 0 where id = $1 and destination = $2 and owner_id = $3"
        );
        command.Parameters.Add(new() { Value = letter.Id });
        command.Parameters.Add(new() { Value = letter.Place });
        command.Parameters.Add(new() { Value = _runtime.DurabilitySettings.AssignedNodeNumber });
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 0)
            return;
        if (_givenBack.Count == Remembered)
            _givenBack.Clear();
        _givenBack.Add(letter);
        _log.LogWarning("{Message} {Id} was in nobody's hands for {Place} and is given back", letter.Type, letter.Id, letter.Place);
    }

    private readonly record struct Letter(bool IsIncoming, Guid Id, string Place, string Type);
}
