using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks.Messaging;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Data;

/// <summary>The Checkout module's own schema.</summary>
public sealed class CheckoutDbContext(DbContextOptions<CheckoutDbContext> options) : DbContext(options), IHearsCommit
{
    private readonly List<Action> _afterCommit = [];

    /// <summary>All purchases.</summary>
    public DbSet<CheckoutState> Checkouts => Set<CheckoutState>();

    /// <summary>Does something once the running transaction is committed, and not if it isn't. Must not fail.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <inheritdoc />
    public void Committed()
    {
        Action[] actions = [.. _afterCommit];
        _afterCommit.Clear();
        foreach (var action in actions)
            action();
    }

    /// <summary>What waits for a commit that never came must not wait for that of the context's next user.</summary>
    public override ValueTask DisposeAsync()
    {
        _afterCommit.Clear();
        return base.DisposeAsync();
    }

    /// <inheritdoc cref="DisposeAsync" />
    public override void Dispose()
    {
        _afterCommit.Clear();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(CheckoutModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CheckoutDbContext).Assembly);
    }
}
