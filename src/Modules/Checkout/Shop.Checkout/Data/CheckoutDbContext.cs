using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Data;

/// <summary>The Checkout module's own schema.</summary>
public sealed class CheckoutDbContext : DbContext
{
    private readonly List<Action> _afterCommit = [];

    /// <summary>Opens nothing yet.</summary>
    public CheckoutDbContext(DbContextOptions<CheckoutDbContext> options)
        : base(options)
    {
        // A failed save ends the whole transaction here, so its savepoint would be two round trips for nothing.
        Database.AutoSavepointsEnabled = false;
    }

    /// <summary>All purchases.</summary>
    public DbSet<CheckoutState> Checkouts => Set<CheckoutState>();

    /// <summary>Does something once the running transaction is committed, and not if it isn't. Must not fail.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <inheritdoc />
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.AddInterceptors(CommitInterceptor.Instance);

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(CheckoutModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CheckoutDbContext).Assembly);
    }

    private void Committed()
    {
        Action[] actions = [.. _afterCommit];
        _afterCommit.Clear();
        foreach (var action in actions)
            action();
    }

    private sealed class CommitInterceptor : DbTransactionInterceptor
    {
        public static readonly CommitInterceptor Instance = new();

        public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
            (eventData.Context as CheckoutDbContext)?.Committed();

        public override Task TransactionCommittedAsync(
            DbTransaction transaction,
            TransactionEndEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            TransactionCommitted(transaction, eventData);
            return Task.CompletedTask;
        }
    }
}
