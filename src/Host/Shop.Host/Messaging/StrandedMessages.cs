using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Topology;
using Wolverine.Runtime;

namespace Shop.Host.Messaging;

/// <summary>
/// Gives back messages that stand in this process's name and that it does not have: the COMMIT that stored or fetched them got through, its
/// acknowledgement did not. Only a dead process's messages are taken over by themselves, and this one lives.
/// </summary>
/// <remarks>
/// A message is stranded when four looks in a row, five seconds apart, find it waiting and in nobody's hands, and then either nothing waits in
/// the memory of its queue, or the queue has got on to messages that came later: queues are taken in order.
/// </remarks>
internal sealed class StrandedMessages : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private const int Looks = 4;

    // Of a backlog that is longer nothing is said: which part of it a look would see is chance.
    private const int LongestBacklog = 10_000;

    private readonly IWolverineRuntime _runtime;
    private readonly TimeProvider _clock;
    private readonly ILogger<StrandedMessages> _log;
    private readonly NpgsqlDataSource _database;
    private readonly string _inbox;
    private readonly string _outbox;
    private readonly Dictionary<string, int> _got = [];
    private Dictionary<Letter, Sight> _seen = [];
    private int _look;

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
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                _log.LogWarning("Stranded messages can't be looked for: {Reason}", (e as PostgresException)?.SqlState ?? e.GetType().Name);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var mine = await ReadAsync(cancellationToken);
        if (mine.Count == LongestBacklog)
        {
            _seen = [];
            return;
        }
        _look++;
        foreach (var (letter, sight) in _seen.Where(s => !mine.Contains(s.Key)))
            _got[letter.Place] = Math.Max(_got.GetValueOrDefault(letter.Place), sight.First);
        _seen = mine.ToDictionary(
            letter => letter,
            letter =>
            {
                var before = _seen.GetValueOrDefault(letter, new(_look, 0));
                return before with { OutOfHand = MessagesInHand.Contains(letter.Id, new(letter.Place)) ? 0 : before.OutOfHand + 1 };
            }
        );
        foreach (var (letter, sight) in _seen.Where(s => s.Value.OutOfHand >= Looks && !MayWaitInMemory(s.Key, s.Value)).ToList())
            await GiveBackAsync(letter, cancellationToken);
    }

    // A message is stored before it is queued, so two that came with one look, or with the next, may have changed places.
    private bool MayWaitInMemory(Letter letter, Sight sight) =>
        letter.IsIncoming
            ? _runtime.Endpoints.FindListenerCircuit(new(letter.Place)) is { QueueCount: > 0 }
                && _got.GetValueOrDefault(letter.Place) <= sight.First + 1
            : _runtime.Endpoints.GetOrBuildSendingAgent(new(letter.Place)).Latched;

    // Handled messages belong to nobody, so the index by owner holds no more than what waits.
    private async Task<HashSet<Letter>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            $"""
            select true, id, received_at, message_type from {_inbox} where owner_id = $1 and status = 'Incoming'
            union all
            select false, id, destination, message_type from {_outbox} where owner_id = $1
            limit {LongestBacklog}
            """
        );
        command.Parameters.Add(new() { Value = _runtime.DurabilitySettings.AssignedNodeNumber });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var letters = new HashSet<Letter>();
        while (await rows.ReadAsync(cancellationToken))
            letters.Add(new(rows.GetBoolean(0), rows.GetGuid(1), rows.GetString(2), rows.GetString(3)));
        return letters;
    }

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
        if (await command.ExecuteNonQueryAsync(cancellationToken) == 1)
            _log.LogWarning("{Message} {Id} was in nobody's hands for {Place} and is given back", letter.Type, letter.Id, letter.Place);
        _seen.Remove(letter);
    }

    private readonly record struct Letter(bool IsIncoming, Guid Id, string Place, string Type);

    private readonly record struct Sight(int First, int OutOfHand);
}
