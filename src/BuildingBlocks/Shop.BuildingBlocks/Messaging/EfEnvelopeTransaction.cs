using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Wolverine;
using Wolverine.Persistence.Durability;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>
/// Makes a DbContext's transaction the one in which Wolverine's inbox and outbox rows are written. They go out with the commit, all in one
/// round trip: what a step of a purchase costs is its round trips (docs/adr/0007).
/// </summary>
public sealed class EfEnvelopeTransaction : IEnvelopeTransaction, IAsyncDisposable
{
    private readonly DbContext _db;
    private readonly MessageContext _context;
    private readonly IMessageDatabase _store;
    private readonly List<Envelope> _incoming = [];
    private readonly List<Envelope> _outgoing = [];
    private IDbContextTransaction? _transaction;

    /// <summary>Binds the two; nothing is opened yet.</summary>
    /// <exception cref="InvalidOperationException">Wolverine keeps no messages in a database.</exception>
    public EfEnvelopeTransaction(DbContext db, MessageContext context)
    {
        if (!context.TryFindMessageDatabase(out var store))
            throw new InvalidOperationException("Wolverine has no database-backed message store.");
        (_db, _context, _store) = (db, context, store!);
        // A failed save ends the whole transaction, so its savepoint would be two round trips for nothing.
        _db.Database.AutoSavepointsEnabled = false;
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
    public Task PersistOutgoingAsync(Envelope[] envelopes)
    {
        _outgoing.AddRange(envelopes);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task PersistIncomingAsync(Envelope envelope)
    {
        _incoming.Add(envelope);
        return Task.CompletedTask;
    }

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
            var handled = Envelope.ForPersistedHandled(envelope, TimeProvider.System.GetUtcNow(), settings);
            await _store.StoreIncomingAsync((await EnsureStartedAsync(cancellation)).GetDbTransaction(), [handled]);
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

    /// <summary>
    /// Saves, stores what goes out, marks the incoming message handled, commits, all in one transaction; only then sends what goes out.
    /// </summary>
    public Task CommitAsync(CancellationToken cancellationToken) => CommitTogetherAsync([this], cancellationToken);

    /// <summary>
    /// The same for several messages that were handled with one DbContext: all of them or none. When one of them is not this process's any
    /// more none is committed; its neighbours may be tried again without it.
    /// </summary>
    /// <param name="members">One for each message, all of one DbContext.</param>
    /// <param name="cancellationToken">Ends it before the commit.</param>
    public static async Task CommitTogetherAsync(IReadOnlyList<EfEnvelopeTransaction> members, CancellationToken cancellationToken)
    {
        var db = members[0]._db;
        // First: without it the rows would be saved in a transaction of their own.
        var transaction = await members[0].EnsureStartedAsync(cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        foreach (var member in members)
            member.HitFaultPoint("before-commit");
        await using (var batch = new EnvelopeBatch((NpgsqlTransaction)transaction.GetDbTransaction(), members[0]._store))
        {
            foreach (var member in members)
                member.AddTo(batch);
            await batch.CommitAsync(cancellationToken);
        }
        foreach (var member in members)
            member.HitFaultPoint("after-commit");
        await transaction.DisposeAsync();
        foreach (var member in members)
            member.Forget();
        (db as IHearsCommit)?.Committed();
        foreach (var member in members)
            await member._context.FlushOutgoingMessagesAsync();
    }

    private Envelope? Handled => _context.Envelope is { Destination: not null, WasPersistedInInbox: true } e ? e : null;

    private void AddTo(EnvelopeBatch batch)
    {
        _incoming.ForEach(batch.StoreIncoming);
        _outgoing.ForEach(batch.StoreOutgoing);
        if (Handled is { } handled)
            batch.MarkHandled(
                handled,
                TimeProvider.System.GetUtcNow() + _context.Runtime.Options.Durability.KeepAfterMessageHandling,
                _context.Runtime.DurabilitySettings.AssignedNodeNumber
            );
    }

    private void Forget()
    {
        _transaction = null;
        _incoming.Clear();
        _outgoing.Clear();
        if (Handled is { } handled)
            handled.Status = EnvelopeStatus.Handled;
    }

    /// <inheritdoc />
    public async ValueTask RollbackAsync()
    {
        _incoming.Clear();
        _outgoing.Clear();
        if (_transaction is not { } transaction)
            return;
        _transaction = null;
        // Rolls back what was not committed. Unlike a rollback it may come twice: whoever began the transaction disposes of it too.
        await transaction.DisposeAsync();
    }

    /// <summary>Rolls back what was not committed.</summary>
    public ValueTask DisposeAsync() => RollbackAsync();

    // Module and message, such as checkout/inventory.stock-reserved.v1:before-commit; "save" outside of handlers.
    private void HitFaultPoint(string moment)
    {
        if (!FaultPoint.IsArmed)
            return;
        var module = _db.GetType().Name.Replace(nameof(DbContext), "", StringComparison.Ordinal).ToLowerInvariant();
        FaultPoint.Hit($"{module}/{MessageNaming.NameOf(_context.Envelope?.Message?.GetType()) ?? "save"}:{moment}");
    }

    private async ValueTask<IDbContextTransaction> EnsureStartedAsync(CancellationToken cancellationToken = default) =>
        _transaction ??= _db.Database.CurrentTransaction ?? await _db.Database.BeginTransactionAsync(cancellationToken);
}

/// <summary>A DbContext that wants to know when the transaction its messages went out with is committed.</summary>
public interface IHearsCommit
{
    /// <summary>It is committed. Must not fail.</summary>
    void Committed();
}
