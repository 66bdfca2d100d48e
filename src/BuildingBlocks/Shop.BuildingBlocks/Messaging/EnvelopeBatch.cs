using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using Wolverine;
using Wolverine.RDBMS;
using Wolverine.Runtime.Serialization;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>
/// The end of a transaction in one round trip: rows of Wolverine's inbox and outbox, and COMMIT. Writes what Wolverine's own
/// StoreIncomingAsync, StoreOutgoingAsync and MarkIncomingEnvelopeAsHandledInTransactionAsync write, one round trip each there.
/// </summary>
internal sealed class EnvelopeBatch : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;
    private readonly NpgsqlBatch _batch;
    private readonly Texts _texts;

    public EnvelopeBatch(NpgsqlTransaction transaction, IMessageDatabase store)
    {
        (_transaction, _texts) = (transaction, Texts.Of(store.SchemaName));
        _batch = new NpgsqlBatch(transaction.Connection, transaction);
    }

    public void StoreIncoming(Envelope envelope) =>
        Add(
            _texts.StoreIncoming,
            Bytes(EnvelopeSerializer.Serialize(envelope)),
            Value(envelope.Id),
            Value(envelope.Status.ToString()),
            Value(envelope.OwnerId),
            Moment(envelope.ScheduledTime),
            Value(envelope.Attempts),
            Value(envelope.MessageType!),
            Value(envelope.Destination!.ToString()),
            Moment(envelope.KeepUntil)
        );

    public void StoreOutgoing(Envelope envelope) =>
        Add(
            _texts.StoreOutgoing,
            Bytes(EnvelopeSerializer.Serialize(envelope)),
            Value(envelope.Id),
            Value(envelope.OwnerId),
            Value(envelope.Destination!.ToString()),
            Moment(envelope.DeliverBy),
            Value(envelope.Attempts),
            Value(envelope.MessageType!)
        );

    /// <summary>
    /// Marks the message handled as long as it is this process's and not handled yet; else the division by no row fails the batch before
    /// its COMMIT. A handled message is nobody's: so the index by owner holds what waits, not the last seven days.
    /// </summary>
    public void MarkHandled(Envelope envelope, DateTimeOffset keepUntil, int owner) =>
        Add(_texts.MarkHandled, Moment(keepUntil), Value(envelope.Id), Value(envelope.Destination!.ToString()), Value(owner));

    /// <summary>
    /// Writes it all and commits. When a statement fails the server skips the rest, COMMIT included, and the transaction is rolled back when
    /// it is disposed of.
    /// </summary>
    /// <exception cref="StaleDeliveryException">The incoming message is another process's, or was handled.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_batch.BatchCommands.Count == 0)
        {
            await _transaction.CommitAsync(cancellationToken);
            return;
        }
        Add("commit");
        try
        {
            await _batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
        {
            throw new StaleDeliveryException();
        }
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private void Add(string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value);
        _batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter<byte[]> Bytes(byte[] value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static NpgsqlParameter Moment(DateTimeOffset? value) =>
        new() { Value = (object?)value?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private sealed record Texts(string StoreIncoming, string StoreOutgoing, string MarkHandled)
    {
        private static readonly ConcurrentDictionary<string, Texts> Known = [];

        public static Texts Of(string schema) => Known.GetOrAdd(schema, For);

        private static Texts For(string schema)
        {
            var incoming = $"{schema}.{DatabaseConstants.IncomingTable}";
            return new(
                $"insert into {incoming} ({DatabaseConstants.IncomingFields}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                $"insert into {schema}.{DatabaseConstants.OutgoingTable} ({DatabaseConstants.OutgoingFields}) values ($1, $2, $3, $4, $5, $6, $7)",
                $"""
                with mine as (
                  update {incoming} set status = 'Handled', keep_until = $1, owner_id = 0
                  where id = $2 and received_at = $3 and owner_id = $4 and status <> 'Handled'
                  returning 1
                )
                select 1 / count(*) from mine
                """
            );
        }
    }
}

/// <summary>
/// What a handler did was rolled back, because its message is not this process's any more: it stood still for so long that a copy took its
/// messages over; or because the message was handled: the COMMIT of an earlier attempt got through and its acknowledgement did not.
/// Whoever has the message now sees to it, so nothing is to be done here, not even to mark it.
/// </summary>
public sealed class StaleDeliveryException() : Exception("The message is another process's by now, or was handled.");
