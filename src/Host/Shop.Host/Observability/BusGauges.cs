using System.Diagnostics.Metrics;
using System.Globalization;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Topology;

namespace Shop.Host.Observability;

/// <summary>How much waits in inbox and outbox, since when, and what was given up, read once every five seconds whoever scrapes.</summary>
internal sealed class BusGauges : DatabaseGauges
{
    // Ids are UUIDv7: they begin with the milliseconds at which the message was made, and PostgreSQL sorts them by that.
    private string Inbox =>
        $"select count(*), (array_agg(id order by id))[1] from {_schema}.wolverine_incoming_envelopes where status = 'Incoming' and id >= $1";
    private string Outbox => $"select count(*), (array_agg(id order by id))[1] from {_schema}.wolverine_outgoing_envelopes where id >= $1";
    private string Dead =>
        $"select message_type, count(*) from {_schema}.wolverine_dead_letters where archived_at is null group by message_type";

    private readonly string _schema;
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _clock;
    private Queue _inbox = Queue.Empty;
    private Queue _outbox = Queue.Empty;
    private Measurement<long>[] _dead = [];

    public BusGauges(IConfiguration configuration, Placement placement, TimeProvider clock, ILogger<BusGauges> log)
        : base("shop.bus", clock, log)
    {
        var connection = ModuleData.ConnectionString(configuration, ModuleData.RoleOf("bus"));
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 1 });
        _clock = clock;
        _schema = placement.EnvelopeSchema;
        Show("inbox", () => _inbox);
        Show("outbox", () => _outbox);
        Meter.CreateObservableGauge("shop.bus.dead_letters", () => _dead, "{message}", "Messages given up, by message.");
    }

    public override void Dispose()
    {
        _database.Dispose();
        base.Dispose();
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _inbox = await ReadAsync(Inbox, _inbox, cancellationToken);
        _outbox = await ReadAsync(Outbox, _outbox, cancellationToken);
        _dead = await ReadDeadAsync(cancellationToken);
    }

    private void Show(string name, Func<Queue> queue)
    {
        Meter.CreateObservableGauge($"shop.bus.{name}.depth", () => queue().Depth, "{message}", $"Messages that wait in the {name}.");
        Meter.CreateObservableGauge($"shop.bus.{name}.oldest_age", () => AgeOf(queue()), "s", $"Age of the oldest message in the {name}.");
    }

    private double AgeOf(Queue queue) => queue.Depth == 0 ? 0 : Math.Max(0, (_clock.GetUtcNow() - MadeAt(queue.Oldest)).TotalSeconds);

    /// <summary>
    /// Handled messages stay in the table for a week, so a scan of all of it every five seconds would be the dearest query of the shop. The
    /// first look reads everything; later ones start at the oldest message that waited last time, or a minute ago when none did.
    /// </summary>
    private async Task<Queue> ReadAsync(string sql, Queue last, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = last.Floor });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var depth = row.GetInt64(0);
        var oldest = depth == 0 ? Guid.Empty : row.GetGuid(1);
        return new(depth, oldest, depth == 0 ? FirstIdAt(_clock.GetUtcNow().AddMinutes(-1)) : oldest);
    }

    private async Task<Measurement<long>[]> ReadDeadAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(Dead);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var dead = new List<Measurement<long>>();
        while (await rows.ReadAsync(cancellationToken))
            dead.Add(new(rows.GetInt64(1), new KeyValuePair<string, object?>("message", rows.GetString(0))));
        return dead.Count > 0 ? [.. dead] : [new(0)];
    }

    private static DateTimeOffset MadeAt(Guid id) =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            long.Parse(id.ToString("N").AsSpan(0, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        );

    private static Guid FirstIdAt(DateTimeOffset time) => new($"{time.ToUnixTimeMilliseconds():x12}{new string('0', 20)}");

    private sealed record Queue(long Depth, Guid Oldest, Guid Floor)
    {
        public static readonly Queue Empty = new(0, Guid.Empty, Guid.Empty);
    }
}
