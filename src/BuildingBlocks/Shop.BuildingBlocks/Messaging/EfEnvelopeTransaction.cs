using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Wolverine;
using Wolverine.Persistence.Durability;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>Makes a DbContext's transaction the one in which Wolverine's inbox and outbox rows are written.</summary>
public sealed class EfEnvelopeTransaction : IEnvelopeTransaction, IAsyncDisposable
{
    private readonly DbContext _db;
    private readonly MessageContext _context;
    private readonly IMessageDatabase _store;
    private IDbContextTransaction? _transaction;

    /// <summary>Binds the two; nothing is opened yet.</summary>
    /// <exception cref="InvalidOperationException">Wolverine keeps no messages in a database.</exception>
    public EfEnvelopeTransaction(DbContext db, MessageContext context)
    {
        if (!context.TryFindMessageDatabase(out var store))
            throw new InvalidOperationException("Wolverine has no database-backed message store.");
        (_db, _context, _store) = (db, context, store!);
    }

    /// <summary>Called by generated handler code: opens the transaction and enlists the message context in it.</summary>
    public static async Task<EfEnvelopeTransaction> BeginAsync(DbContext db, MessageContext context, CancellationToken cancellationToken)
    {
        var self = new EfEnvelopeTransaction(db, context);
        await self.EnsureStartedAsync(cancellationToken);
        await context.EnlistInOutboxAsync(self);
        return self;
    }

    /// <inheritdoc />
    public Task PersistOutgoingAsync(Envelope envelope) => PersistOutgoingAsync([envelope]);

    /// <inheritdoc />
    public async Task PersistOutgoingAsync(Envelope[] envelopes)
    {
        if (envelopes.Length > 0)
            await _store.StoreOutgoingAsync((await EnsureStartedAsync()).GetDbTransaction(), envelopes);
    }

    /// <inheritdoc />
    public async Task PersistIncomingAsync(Envelope envelope) =>
        await _store.StoreIncomingAsync((await EnsureStartedAsync()).GetDbTransaction(), [envelope]);

    /// <inheritdoc />
    public async Task<bool> TryMakeEagerIdempotencyCheckAsync(
        Envelope envelope,
        DurabilitySettings settings,
        CancellationToken cancellation
    )
    {
        if (envelope.WasPersistedInInbox)
            return true;
        try
        {
            await PersistIncomingAsync(Envelope.ForPersistedHandled(envelope, TimeProvider.System.GetUtcNow(), settings));
        }
        catch (DuplicateIncomingEnvelopeException)
        {
            await RollbackAsync();
            return false;
        }
        envelope.WasPersistedInInbox = true;
        envelope.Status = EnvelopeStatus.Handled;
        return true;
    }

    /// <summary>Saves, marks the incoming message handled, commits, all in one transaction; only then sends what goes out.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _db.SaveChangesAsync(cancellationToken);
        var transaction = await EnsureStartedAsync(cancellationToken);
        var incoming = _context.Envelope is { Destination: not null, WasPersistedInInbox: true } e ? e : null;
        if (incoming is not null)
        {
            var keepUntil = TimeProvider.System.GetUtcNow().Add(_context.Runtime.Options.Durability.KeepAfterMessageHandling);
            await _store.MarkIncomingEnvelopeAsHandledInTransactionAsync(
                _db.Database.GetDbConnection(),
                transaction.GetDbTransaction(),
                incoming,
                keepUntil,
                cancellationToken
            );
        }

        var step = MessageNaming.NameOf(_context.Envelope?.Message?.GetType()) ?? $"{_db.GetType().Name}.save";
        FaultPoint.Hit($"{step}:before-commit");
        await transaction.CommitAsync(cancellationToken);
        FaultPoint.Hit($"{step}:after-commit");
        await transaction.DisposeAsync();
        _transaction = null;
        if (incoming is not null)
            incoming.Status = EnvelopeStatus.Handled;
        await _context.FlushOutgoingMessagesAsync();
    }

    /// <inheritdoc />
    public async ValueTask RollbackAsync()
    {
        if (_transaction is not { } transaction)
            return;
        _transaction = null;
        // Rolls back what was not committed. Unlike a rollback it may come twice: whoever began the transaction disposes of it too.
        await transaction.DisposeAsync();
    }

    /// <summary>Rolls back what was not committed.</summary>
    public ValueTask DisposeAsync() => RollbackAsync();

    private async ValueTask<IDbContextTransaction> EnsureStartedAsync(CancellationToken cancellationToken = default) =>
        _transaction ??= _db.Database.CurrentTransaction ?? await _db.Database.BeginTransactionAsync(cancellationToken);
}
