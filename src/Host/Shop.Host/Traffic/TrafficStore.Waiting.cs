using Shop.Host.Messaging;
using Shop.Host.Topology;

namespace Shop.Host.Traffic;

// Messages of a module that wait with a side that has given it up.
public sealed partial class TrafficStore
{
    // A process says every two seconds that it lives, and is taken for dead by its copies after ten without a word.
    private const string Given = """
        received_at = any($1) and (status = 'Scheduled' or status = 'Incoming' and owner_id not in (
          select node_number from {0}.wolverine_nodes where health_check > now() - interval '20 seconds'))
        """;

    /// <summary>Moves them from an inbox into the module's queue, those that are due later into the queue's waiting room.</summary>
    /// <param name="inbox">Schema of the side's envelopes.</param>
    /// <param name="queue">The module's queue.</param>
    /// <param name="places">Addresses that the module's messages are received at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many.</returns>
    internal async Task<int> PutBackAsync(string inbox, string queue, string[] places, CancellationToken cancellationToken)
    {
        var table = $"{ModuleTransport.QueueSchema}.wolverine_queue_{queue}";
        await using var command = Command(
            $"""
            with gone as (
              delete from {inbox}.wolverine_incoming_envelopes where {string.Format(null, Given, inbox)}
              returning id, status, execution_time, body, message_type, keep_until),
            later as (
              insert into {table}_scheduled (id, body, message_type, execution_time, keep_until)
              select id, body, message_type, coalesce(execution_time, now()), keep_until from gone where status = 'Scheduled'
              on conflict do nothing),
            soon as (
              insert into {table} (id, body, message_type, keep_until)
              select id, body, message_type, keep_until from gone where status = 'Incoming'
              on conflict do nothing)
            select count(*)::int from gone
            """,
            [places]
        );
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Such messages themselves.</summary>
    internal Task<List<(Guid Id, string Place, byte[] Body)>> WaitingAsync(
        string inbox,
        string[] places,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ListAsync(
            $"select id, received_at, body from {inbox}.wolverine_incoming_envelopes where {string.Format(null, Given, inbox)} limit $2",
            row => (row.GetGuid(0), row.GetString(1), row.GetFieldValue<byte[]>(2)),
            cancellationToken,
            places,
            limit
        );

    /// <summary>Takes one of them out of the inbox.</summary>
    internal async Task ForgetAsync(string inbox, Guid id, string place, CancellationToken cancellationToken)
    {
        await using var command = Command(
            $"delete from {inbox}.wolverine_incoming_envelopes where id = $1 and received_at = $2",
            id,
            place
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Counts what was put back.</summary>
    internal async Task CountRehomedAsync(string module, int messages, CancellationToken cancellationToken)
    {
        await using var command = Command("update shop_traffic.switches set rehomed = rehomed + $2 where module = $1", module, messages);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The schemas that hold a deployable's envelopes, those of deployables that are gone among them.</summary>
    internal Task<List<string>> InboxesAsync(CancellationToken cancellationToken) =>
        ListAsync(
            "select n.nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'wolverine_incoming_envelopes'",
            row => row.GetString(0),
            cancellationToken
        );

    /// <summary>How many of a module's messages a side that has given it up still has in its inbox.</summary>
    /// <param name="places">Addresses that the module's messages are received at.</param>
    /// <param name="isLocal">The shop has the module, and all other deployables have given it up; else the other way round.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<long> LeftBehindAsync(string[] places, bool isLocal, CancellationToken cancellationToken)
    {
        var left = 0L;
        foreach (var inbox in (await InboxesAsync(cancellationToken)).Where(s => (s == Placement.StoreSchema) != isLocal))
        {
            await using var command = Command(
                $"select count(*) from {inbox}.wolverine_incoming_envelopes where status in ('Incoming', 'Scheduled') and received_at = any($1)",
                [places]
            );
            left += (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        return left;
    }

    /// <summary>Notes which modules a process holds; a process that ends says so, and one that is killed is not believed for long.</summary>
    internal async Task NoteAsync(Placement placement, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            with gone as (delete from shop_traffic.places where deployable = $1 and module <> all($2))
            insert into shop_traffic.places (deployable, module, is_moving)
            select $1, m, m = any($3) from unnest($2) m
            on conflict (deployable, module) do update set is_moving = excluded.is_moving, seen_at = now()
            """,
            placement.Deployable,
            placement.Hosted.Select(m => m.Name).ToArray(),
            placement.Modules.Where(m => m is { IsHere: true, IsMoving: true }).Select(m => m.Name).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes that back.</summary>
    internal async Task LeaveAsync(Placement placement, CancellationToken cancellationToken)
    {
        await using var command = Command("delete from shop_traffic.places where deployable = $1", placement.Deployable);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The deployables that hold a module just now, and whether each takes it for moving.</summary>
    internal Task<List<(string Deployable, bool IsMoving)>> HoldersAsync(string module, CancellationToken cancellationToken) =>
        ListAsync(
            "select deployable, is_moving from shop_traffic.places where module = $1 and seen_at > now() - interval '20 seconds'",
            row => (row.GetString(0), row.GetBoolean(1)),
            cancellationToken,
            module
        );
}
