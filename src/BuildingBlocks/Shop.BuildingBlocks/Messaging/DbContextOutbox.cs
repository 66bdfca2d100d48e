using Microsoft.EntityFrameworkCore;
using Wolverine;
using Wolverine.Runtime;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>
/// Rows and messages in one transaction, for code outside message handlers: endpoints and background services. Named as Wolverine's own
/// EF Core package names it, which may take its place one day.
/// </summary>
/// <typeparam name="TContext">The module's DbContext.</typeparam>
public interface IDbContextOutbox<out TContext> : IMessageBus
    where TContext : DbContext
{
    /// <summary>The context whose rows are saved.</summary>
    TContext DbContext { get; }

    /// <summary>Saves the rows, stores the published messages, commits, and only then sends them.</summary>
    Task SaveChangesAndFlushMessagesAsync(CancellationToken cancellationToken = default);
}

/// <inheritdoc cref="IDbContextOutbox{TContext}" />
public sealed class DbContextOutbox<TContext> : MessageContext, IDbContextOutbox<TContext>, IAsyncDisposable
    where TContext : DbContext
{
    private readonly EfEnvelopeTransaction _transaction;

    /// <summary>Opens no transaction yet: the save does, unless the caller has begun one.</summary>
    public DbContextOutbox(IWolverineRuntime runtime, TContext dbContext)
        : base(runtime)
    {
        DbContext = dbContext;
        _transaction = new EfEnvelopeTransaction(dbContext, this);
        Transaction = _transaction;
    }

    /// <inheritdoc />
    public TContext DbContext { get; }

    /// <inheritdoc />
    public Task SaveChangesAndFlushMessagesAsync(CancellationToken cancellationToken = default) =>
        _transaction.CommitAsync(cancellationToken);

    ValueTask IAsyncDisposable.DisposeAsync() => _transaction.DisposeAsync();
}
