using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Messaging;

namespace Shop.Host.Advice;

/// <summary>What the database says. Null is what it didn't, and <paramref name="Missing"/> says why.</summary>
/// <param name="Users">Registered users.</param>
/// <param name="TimeShares">Each module's share of the time spent on statements.</param>
/// <param name="Bytes">Each module's tables and indexes.</param>
/// <param name="Flows">Messages between modules.</param>
/// <param name="Missing">What couldn't be read, and why.</param>
internal sealed record DatabaseFigures(
    long? Users,
    IReadOnlyDictionary<string, double>? TimeShares,
    IReadOnlyDictionary<string, long>? Bytes,
    IReadOnlyList<MessageFlow>? Flows,
    IReadOnlyList<string> Missing
);

/// <summary>
/// Reads what PostgreSQL knows about the modules: its own books, the bus's envelopes, and how many users there are. It sees no more than
/// the bus and the module Users do, and each statement has ten seconds.
/// </summary>
internal sealed class AdviceDatabase(IConfiguration configuration, ModuleTransport transport)
{
    private const string NoStatements =
        "Share of database time: install pg_stat_statements (shared_preload_libraries, then create extension) to see it.";

    private const string Users = "select count(*) from users.users";

    private const string Bytes = """
        select n.nspname, sum(pg_total_relation_size(c.oid))::bigint
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm') and n.nspname = any($1) group by 1
        """;

    // The database of an extension may keep it in any schema.
    private const string Extension = """
        select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
        where e.extname = 'pg_stat_statements'
        """;

    private const string Inboxes = """
        select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relname = 'wolverine_incoming_envelopes' and n.nspname ~ '^wolverine(_|$)'
          and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
        """;

    /// <summary>Reads all of it.</summary>
    /// <param name="windowFrom">Where the window of the requests begins; null when there is none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<DatabaseFigures> ReadAsync(DateTimeOffset? windowFrom, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        var users = await TryAsync("users", "Number of users", async c => await RowsAsync(c, Users, r => r.GetInt64(0)));
        var bytes = await TryAsync("bus", "Sizes", BytesAsync);
        var shares = await TryAsync("bus", "Share of database time", SharesAsync);
        var flows = await TryAsync("bus", "Messages", FlowsAsync);
        return new(users?[0], shares, bytes, flows, missing);

        async Task<T?> TryAsync<T>(string role, string what, Func<NpgsqlConnection, Task<T>> read)
        {
            try
            {
                await using var connection = new NpgsqlConnection(
                    ModuleData.ConnectionString(configuration, ModuleData.RoleOf(role)) + ";Pooling=false;Timeout=5"
                );
                await connection.OpenAsync(cancellationToken);
                return await read(connection);
            }
            catch (NpgsqlException e)
            {
                missing.Add($"{what}: {CannotStartException.ReasonOf(e)}");
                return default;
            }
        }

        async Task<IReadOnlyDictionary<string, double>?> SharesAsync(NpgsqlConnection connection)
        {
            if (await RowsAsync(connection, Extension, r => r.GetString(0)) is not [var schema])
            {
                missing.Add(NoStatements);
                return null;
            }
            // A module's sessions begin with its role, and statements are booked to the role they run under.
            var sql = $"""
                select r.rolname, sum(s.total_exec_time)
                from {schema}.pg_stat_statements s
                join pg_roles r on r.oid = s.userid
                join pg_database d on d.oid = s.dbid and d.datname = current_database()
                group by 1
                """;
            var times = (await RowsAsync(connection, sql, r => (Role: r.GetString(0), Time: r.GetDouble(1)))).ToDictionary(
                r => r.Role,
                r => r.Time
            );
            var total = times.Values.Sum();
            return Modules.All.ToDictionary(
                m => m.Name,
                m => total == 0 ? 0 : times.GetValueOrDefault(ModuleData.RoleOf(SchemaOf(m))) / total
            );
        }

        async Task<IReadOnlyDictionary<string, long>?> BytesAsync(NpgsqlConnection connection)
        {
            var sizes = (
                await RowsAsync(connection, Bytes, r => (r.GetString(0), r.GetInt64(1)), (object)Modules.All.Select(SchemaOf).ToArray())
            ).ToDictionary();
            return Modules.All.ToDictionary(m => m.Name, m => sizes.GetValueOrDefault(SchemaOf(m)));
        }

        async Task<IReadOnlyList<MessageFlow>?> FlowsAsync(NpgsqlConnection connection)
        {
            // Each deployable has an inbox of its own.
            var inboxes = await RowsAsync(connection, Inboxes, r => r.GetString(0));
            if (inboxes.Count == 0)
            {
                missing.Add("Messages: no inbox is here yet; run `Shop.Host migrate` first.");
                return null;
            }
            // Ids are UUIDv7 and begin with the time at which the message was made.
            var sql = $"""
                select message_type, received_at, count(*), count(*) filter (where id >= $1)
                from ({string.Join(
                    " union all ",
                    inboxes.Select(s => $"select id, message_type, received_at from {s}.wolverine_incoming_envelopes")
                )}) e
                group by 1, 2
                """;
            var first = windowFrom is { } from ? FirstIdAt(from) : Guid.AllBitsSet;
            var rows = await RowsAsync(
                connection,
                sql,
                r => MessageFlow.Of(r.GetString(0), r.IsDBNull(1) ? "" : r.GetString(1), r.GetInt64(2), r.GetInt64(3), transport),
                first
            );
            return [.. rows.OfType<MessageFlow>()];
        }

        async Task<List<T>> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            var list = new List<T>();
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                list.Add(read(rows));
            return list;
        }
    }

    private static string SchemaOf(IModule module) => module.Name.ToLowerInvariant();

    private static Guid FirstIdAt(DateTimeOffset time) => new($"{time.ToUnixTimeMilliseconds():x12}{new string('0', 20)}");
}
