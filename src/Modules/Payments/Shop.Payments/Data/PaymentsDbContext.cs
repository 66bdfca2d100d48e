using Microsoft.EntityFrameworkCore;
using Shop.Payments.Domain;

namespace Shop.Payments.Data;

/// <summary>The Payments module's own schema.</summary>
public sealed class PaymentsDbContext(DbContextOptions<PaymentsDbContext> options) : DbContext(options)
{
    /// <summary>Attempts to be paid.</summary>
    public DbSet<PaymentAttempt> Attempts => Set<PaymentAttempt>();

    /// <summary>Money taken and given back.</summary>
    public DbSet<LedgerEntry> Ledger => Set<LedgerEntry>();

    /// <summary>What the provider sent.</summary>
    public DbSet<WebhookEvent> WebhookEvents => Set<WebhookEvent>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(PaymentsModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PaymentsDbContext).Assembly);
    }
}
