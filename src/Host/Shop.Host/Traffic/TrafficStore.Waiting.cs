using Shop.Host.Messaging;
using Shop.Host.Topology;
using Wolverine;
using Wolverine.Runtime.Serialization;

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

    /// <summary>Moves one of them into the outbox of another side, which sends it; nothing when somebody has taken it meanwhile.</summary>
    /// <param name="inbox">Schema of the envelopes of the side that has it.</param>
    /// <param name="place">Where it was received.</param>
    /// <param name="outbox">Schema of the envelopes of the side that sends it.</param>
    /// <param name="letter">The message, addressed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>True when it was moved.</returns>
    internal async Task<bool> SendOnAsync(string inbox, string place, string outbox, Envelope letter, CancellationToken cancellationToken)
    {
        await using var command = Command(
            $"""
            with gone as (
              delete from {inbox}.wolverine_incoming_envelopes where {string.Format(null, Given, inbox)} and id = $2 returning id)
            insert into {outbox}.wolverine_outgoing_envelopes (id, owner_id, destination, body, attempts, message_type)
            select id, 0, $3, $4, 0, $5 from gone
            """,
            new[] { place },
            letter.Id,
            letter.Destination!.ToString(),
            EnvelopeSerializer.Serialize(letter),
            letter.MessageType
        );
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
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

    /// <summary>
    /// Why a switch can't be moved there: what the processes that run now say of themselves. Traffic goes only where somebody holds the module
    /// and expects it.
    /// </summary>
    /// <returns>A sentence that says what to do first; null when nothing speaks against it.</returns>
    internal async Task<string?> WhyNotAsync(string module, int percent, CancellationToken cancellationToken)
    {
        var holders = await HoldersAsync(module, cancellationToken);
        if (holders.Any(h => !h.IsMoving))
            return $"{module} is held by {string.Join(" and ", holders.Select(h => h.Deployable))} and doesn't move: start both sides with Modules__{module}__Moving=true first.";
        var isInShop = holders.Any(h => h.Deployable == Placement.Front);
        if (holders.Count == 1 && (isInShop ? percent > 0 : percent < 100))
            return $"{module} is held by {holders[0].Deployable} alone: start the other side with Modules__{module}__Moving=true first.";
        return null;
    }

    /// <summary>Notes which modules a process holds; a process that ends says so, and one that is killed is not believed for long.</summary>
    internal async Task NoteAsync(Placement placement, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            with dead as (delete from shop_traffic.places where seen_at < now() - interval '1 minute')
            insert into shop_traffic.places (process, deployable, module, is_moving)
            select $1, $2, m, m = any($4) from unnest($3) m
            on conflict (process, module) do update set seen_at = now()
            """,
            _process,
            placement.Deployable,
            placement.Hosted.Select(m => m.Name).ToArray(),
            placement.Modules.Where(m => m is { IsHere: true, IsMoving: true }).Select(m => m.Name).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes that back.</summary>
    internal async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("delete from shop_traffic.places where process = $1", _process);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The deployables that hold a module just now, and whether each takes it for moving.</summary>
    internal Task<List<(string Deployable, bool IsMoving)>> HoldersAsync(string module, CancellationToken cancellationToken) =>
        ListAsync(
            """
            select deployable, bool_and(is_moving) from shop_traffic.places
            where module = $1 and seen_at > now() - interval '20 seconds' group by deployable
            """,
            row => (row.GetString(0), row.GetBoolean(1)),
            cancellationToken,
            module
        );
}
