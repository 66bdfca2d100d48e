using Npgsql;
using Shop.BuildingBlocks;

namespace Shop.Host.Traffic;

/// <summary>How much of a moving module's traffic goes to the deployable it moves to.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Percent">Share of callers, 0 (all here) to 100 (all there). Messages follow when it is 100.</param>
/// <param name="Shadow">Reads that are answered here are asked there too, and the answers compared.</param>
/// <param name="ChangedAt">When it was moved last, UTC.</param>
/// <param name="ChangedBy">A user's id, <c>operator</c> at a terminal, or <c>automatic</c>.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="Rehomed">Messages that the side which gave the module up has put back into its queue, ever.</param>
public sealed record TrafficSwitch(
    string Module,
    int Percent,
    bool Shadow,
    DateTimeOffset? ChangedAt,
    string? ChangedBy,
    string? Reason,
    long Rehomed = 0
)
{
    /// <summary>Where every module begins.</summary>
    public static TrafficSwitch Local(string module) => new(module, 0, false, null, null, null);
}

/// <summary>A move of a switch.</summary>
/// <param name="Id">Rises in the order of moves.</param>
/// <param name="Module">The module's name.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">A user's id, <c>operator</c> or <c>automatic</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="PercentBefore">Share of callers before.</param>
/// <param name="Percent">Share of callers after.</param>
/// <param name="Shadow">Whether reads are shadowed after it.</param>
public sealed record TrafficChange(
    long Id,
    string Module,
    DateTimeOffset At,
    string By,
    string? Reason,
    int PercentBefore,
    int Percent,
    bool Shadow
);

/// <summary>A shadowed read that the two sides answered differently.</summary>
/// <param name="Id">Rises in the order of sampling.</param>
/// <param name="Module">The module's name.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Route">The route's pattern.</param>
/// <param name="LocalStatus">HTTP status here.</param>
/// <param name="RemoteStatus">HTTP status there.</param>
/// <param name="Fields">Names of the fields that differ, ten at most; never their values.</param>
public sealed record TrafficDifference(
    long Id,
    string Module,
    DateTimeOffset At,
    string Route,
    int LocalStatus,
    int RemoteStatus,
    string Fields
);

/// <summary>The switches in the database, which all processes read, and the book of who moved them.</summary>
public sealed partial class TrafficStore : IAsyncDisposable
{
    /// <summary>Its schema; there once something has moved out of the one process.</summary>
    public const string Schema = "shop_traffic";

    /// <summary>What <c>migrate</c> runs.</summary>
    internal const string Ddl = """
        create schema if not exists shop_traffic;
        create table if not exists shop_traffic.switches (
          module text primary key,
          percent int not null check (percent between 0 and 100),
          shadow boolean not null,
          changed_at timestamptz not null default now(),
          changed_by text not null,
          reason text,
          rehomed bigint not null default 0);
        create table if not exists shop_traffic.changes (
          id bigint generated always as identity primary key,
          module text not null,
          at timestamptz not null default now(),
          by text not null,
          reason text,
          percent_before int not null,
          percent int not null,
          shadow boolean not null);
        create table if not exists shop_traffic.differences (
          id bigint generated always as identity primary key,
          module text not null,
          at timestamptz not null default now(),
          route text not null,
          local_status int not null,
          remote_status int not null,
          fields text not null);
        -- Its first shape knew one process of a deployable; who holds what says so again within seconds.
        drop table if exists shop_traffic.places;
        create table shop_traffic.places (
          process uuid not null,
          module text not null,
          deployable text not null,
          is_moving boolean not null,
          seen_at timestamptz not null default now(),
          primary key (process, module));
        """;

    private readonly NpgsqlDataSource _database;

    /// <summary>Connects as the bus does, with a small pool of its own: the switches must be read when everything else is busy.</summary>
    public TrafficStore(IConfiguration configuration) =>
        _database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(ModuleData.ConnectionString(configuration, ModuleData.RoleOf("bus"))) { MaxPoolSize = 3 }
        );

    /// <summary>All switches that were ever moved.</summary>
    public Task<List<TrafficSwitch>> ReadAsync(CancellationToken cancellationToken) =>
        ListAsync(
            "select module, percent, shadow, changed_at, changed_by, reason, rehomed from shop_traffic.switches",
            row => new TrafficSwitch(
                row.GetString(0),
                row.GetInt32(1),
                row.GetBoolean(2),
                row.GetFieldValue<DateTimeOffset>(3),
                row.GetString(4),
                TextAt(row, 5),
                row.GetInt64(6)
            ),
            cancellationToken
        );

    /// <summary>A module's switch.</summary>
    public async Task<TrafficSwitch> OfAsync(string module, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).FirstOrDefault(s => s.Module == module) ?? TrafficSwitch.Local(module);

    /// <summary>Moves a switch and writes down who did and why, in one transaction.</summary>
    /// <param name="to">The new state; its time is the database's.</param>
    /// <param name="onlyFrom">Moves only when that many percent is what it stands at; null for whatever it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False when it stood elsewhere.</returns>
    public async Task<bool> MoveAsync(TrafficSwitch to, int? onlyFrom, CancellationToken cancellationToken)
    {
        const string Sql = """
            with before as (select percent from shop_traffic.switches where module = $1 for update),
            moved as (
              insert into shop_traffic.switches (module, percent, shadow, changed_by, reason)
              select $1, $2, $3, $4, $5 where $6::int is null or coalesce((select percent from before), 0) = $6
              on conflict (module) do update
              set percent = excluded.percent, shadow = excluded.shadow, changed_at = now(), changed_by = excluded.changed_by,
                  reason = excluded.reason
              returning 1)
            insert into shop_traffic.changes (module, by, reason, percent_before, percent, shadow)
            select $1, $4, $5, coalesce((select percent from before), 0), $2, $3 from moved
            """;
        await using var command = Command(Sql, to.Module, to.Percent, to.Shadow, to.ChangedBy, to.Reason, onlyFrom);
        command.Parameters[4].NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text;
        command.Parameters[5].NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer;
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The book of moves, newest first.</summary>
    /// <param name="module">One module's; all when null.</param>
    /// <param name="before">Only moves before this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<List<TrafficChange>> ChangesAsync(string? module, long before, int limit, CancellationToken cancellationToken) =>
        ListAsync(
            """
            select id, module, at, by, reason, percent_before, percent, shadow from shop_traffic.changes
            where id < $1 and ($2::text is null or module = $2) order by id desc limit $3
            """,
            row => new TrafficChange(
                row.GetInt64(0),
                row.GetString(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetString(3),
                TextAt(row, 4),
                row.GetInt32(5),
                row.GetInt32(6),
                row.GetBoolean(7)
            ),
            cancellationToken,
            before,
            module,
            limit
        );

    /// <summary>Keeps a sample of what a shadowed read answered differently, for a week: which fields, never what was in them.</summary>
    public async Task SampleAsync(
        string module,
        string route,
        int localStatus,
        int remoteStatus,
        string fields,
        CancellationToken cancellationToken
    )
    {
        const string Sql = """
            with old as (delete from shop_traffic.differences where at < now() - interval '7 days')
            insert into shop_traffic.differences (module, route, local_status, remote_status, fields) values ($1, $2, $3, $4, $5)
            """;
        await using var command = Command(Sql, module, route, localStatus, remoteStatus, fields);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Samples of differing answers, newest first.</summary>
    /// <param name="before">Only samples before this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<List<TrafficDifference>> DifferencesAsync(long before, int limit, CancellationToken cancellationToken) =>
        ListAsync(
            """
            select id, module, at, route, local_status, remote_status, fields from shop_traffic.differences
            where id < $1 order by id desc limit $2
            """,
            row => new TrafficDifference(
                row.GetInt64(0),
                row.GetString(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetString(3),
                row.GetInt32(4),
                row.GetInt32(5),
                row.GetString(6)
            ),
            cancellationToken,
            before,
            limit
        );

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<List<T>> ListAsync<T>(
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken,
        params object?[] values
    )
    {
        await using var command = Command(sql, values);
        var list = new List<T>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            list.Add(read(rows));
        return list;
    }

    private NpgsqlCommand Command(string sql, params object?[] values)
    {
        var command = _database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }

    private static string? TextAt(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
