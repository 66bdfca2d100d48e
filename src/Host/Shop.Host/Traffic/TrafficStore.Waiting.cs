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
}
