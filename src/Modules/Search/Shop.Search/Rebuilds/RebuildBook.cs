using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.Search.Data;

namespace Shop.Search.Rebuilds;

/// <summary>
/// The steps of a rebuild, each one transaction under the database's clock that begins by proving that this process still has the lease: a
/// process that stood still and wakes up changes nothing.
/// </summary>
internal sealed class RebuildBook([FromKeyedServices(SearchModule.Schema)] NpgsqlDataSource database)
{
    /// <summary>Products a step copies. What a rebuild needs of memory depends on it alone, not on the catalogue.</summary>
    internal const int BatchSize = 1_000;

    // Most are a swap's that got no lock in time: a minute's worth of tries.
    private const int MostFailures = 100;

    private readonly Guid _worker = Guid.CreateVersion7();

    /// <summary>Asks for one; false when one is active.</summary>
    public async Task<bool> RequestAsync(Guid id, string language, Guid? staff, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            insert into search.rebuilds (id, language, state, active, requested_by, requested_at, cancel_requested, done, total, failures)
            values ($1, $2, 'requested', true, $3, now(), false, 0, 0, 0)
            on conflict (active) do nothing
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = language });
        command.Parameters.Add(new NpgsqlParameter { Value = staff ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The language of the index that is searched, or of the one that is being made.</summary>
    public async Task<string> LanguageAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select coalesce((select language from search.rebuilds where active), language) from search.state"
        );
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Takes the active rebuild, if nobody works on it; null otherwise.</summary>
    public async Task<Guid?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            update search.rebuilds set worker = $1, lease_until = now() + interval '1 minute'
            where id = (select id from search.rebuilds where active and (worker is null or worker = $1 or lease_until < now()) for update skip locked)
            returning id
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _worker });
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    /// <summary>Does the next step.</summary>
    /// <returns>True while there is another one.</returns>
    public async Task<bool> StepAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var step = await HoldAsync(connection, id, cancellationToken);
        if (step is not var (state, language, position, cancel))
            return false;
        if (cancel)
            await EndAsync(connection, id, "canceled", cancellationToken);
        else if (state == "requested")
            await BeginAsync(connection, id, cancellationToken);
        else if (state == "filling")
            await CopyAsync(connection, id, language, position, cancellationToken);
        else if (state == "indexing")
            await IndexAsync(connection, id, cancellationToken);
        else
            await SwapAsync(connection, id, language, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return !cancel && state != "swapping";
    }

    /// <summary>Notes that a step failed; after too many the rebuild is given up.</summary>
    public async Task FailAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = Command(
            connection,
            "update search.rebuilds set failures = failures + 1 where id = @p1 and worker = @p2 and active returning failures",
            id,
            _worker
        );
        if (await command.ExecuteScalarAsync(cancellationToken) is >= MostFailures)
            await EndAsync(connection, id, "failed", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<(string State, string Language, Guid? Position, bool Cancel)?> HoldAsync(
        NpgsqlConnection connection,
        Guid id,
        CancellationToken cancellationToken
    )
    {
        // The row stays locked for the step, and with it everybody who would take over.
        await using var command = Command(
            connection,
            """
            set local statement_timeout = '10min';
            update search.rebuilds set lease_until = now() + interval '1 minute'
            where id = @p1 and worker = @p2 and active
            returning state, language, position, cancel_requested
            """,
            id,
            _worker
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return (reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetBoolean(3));
    }

    // From here on whoever writes sees that a rebuild is active, and whoever wrote before is seen by it: the locks wait for them.
    private static Task BeginAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        ExecuteAsync(
            connection,
            """
            lock table search.availability, search.products in share mode;
            set local enable_seqscan = on;
            delete from search.rebuild_changes;
            select search.begin_rebuild();
            update search.rebuilds set state = 'filling', total = (select count(*) from search.products where published) where id = @p1
            """,
            cancellationToken,
            id
        );

    private static async Task CopyAsync(
        NpgsqlConnection connection,
        Guid id,
        string language,
        Guid? position,
        CancellationToken cancellationToken
    )
    {
        await using var find = Command(
            connection,
            """
            select product_id from (
              select product_id from search.products where published and product_id > @p1 order by product_id limit @p2) batch
            order by product_id desc limit 1
            """,
            position ?? Guid.Empty,
            BatchSize
        );
        if (await find.ExecuteScalarAsync(cancellationToken) is not Guid last)
        {
            await ExecuteAsync(connection, "update search.rebuilds set state = 'indexing' where id = @p1", cancellationToken, id);
            return;
        }
        var copied = await ExecuteAsync(
            connection,
            IndexRows.Fill(IndexRows.Next, "@p1", "p.product_id > @p2 and p.product_id <= @p3"),
            cancellationToken,
            language,
            position ?? Guid.Empty,
            last
        );
        await ExecuteAsync(
            connection,
            "update search.rebuilds set position = @p2, done = done + @p3 where id = @p1",
            cancellationToken,
            id,
            last,
            (long)copied
        );
    }

    private static Task IndexAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        ExecuteAsync(
            connection,
            "select search.index_rebuild(); update search.rebuilds set state = 'swapping' where id = @p1",
            cancellationToken,
            id
        );

    // Most of what changed meanwhile is repeated while others still write; the locks are held for what is left. Searches queue behind the
    // swap's own lock, so it is not waited for long: another try costs nothing.
    private static async Task SwapAsync(NpgsqlConnection connection, Guid id, string language, CancellationToken cancellationToken)
    {
        while (await RepeatAsync(connection, language, cancellationToken) == BatchSize) { }
        await ExecuteAsync(connection, "lock table search.availability, search.products in share mode", cancellationToken);
        while (await RepeatAsync(connection, language, cancellationToken) > 0) { }
        await ExecuteAsync(
            connection,
            """
            set local lock_timeout = '300ms';
            select search.swap_rebuild();
            update search.state set language = @p2;
            update search.rebuilds set state = 'completed', active = null, worker = null, finished_at = clock_timestamp() where id = @p1
            """,
            cancellationToken,
            id,
            language
        );
    }

    private static async Task<int> RepeatAsync(NpgsqlConnection connection, string language, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            """
            with seen as (
              delete from search.rebuild_changes where id in (select id from search.rebuild_changes order by id limit @p1) returning product_id)
            select coalesce(array_agg(product_id), array[]::uuid[]) from seen
            """,
            BatchSize
        );
        var changed = (Guid[])(await command.ExecuteScalarAsync(cancellationToken))!;
        if (changed.Length == 0)
            return 0;
        await ExecuteAsync(
            connection,
            "delete from search.items_next where product_id = any(@p1); "
                + IndexRows.Fill(IndexRows.Next, "@p2", "p.product_id = any(@p1)"),
            cancellationToken,
            changed,
            language
        );
        return changed.Length;
    }

    private static Task EndAsync(NpgsqlConnection connection, Guid id, string state, CancellationToken cancellationToken) =>
        ExecuteAsync(
            connection,
            """
            select search.drop_rebuild();
            delete from search.rebuild_changes;
            update search.rebuilds set state = @p2, active = null, worker = null, finished_at = clock_timestamp() where id = @p1
            """,
            cancellationToken,
            id,
            state
        );

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken,
        params object[] parameters
    )
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // The statements' own limit ends them; the client waits a little longer.
    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 630 };
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter($"p{command.Parameters.Count + 1}", parameter));
        return command;
    }
}
