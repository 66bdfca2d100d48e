using Microsoft.EntityFrameworkCore;
using Shop.Analytics.Domain;

namespace Shop.Analytics.Data;

/// <summary>The Analytics module's own schema: facts only; reports are counted from them when they are asked for.</summary>
public sealed class AnalyticsDbContext(DbContextOptions<AnalyticsDbContext> options) : DbContext(options)
{
    /// <summary>Confirmed orders.</summary>
    public DbSet<OrderFact> Orders => Set<OrderFact>();

    /// <summary>Who came how far.</summary>
    public DbSet<FunnelFact> Funnel => Set<FunnelFact>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(AnalyticsModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(AnalyticsDbContext).Assembly);
    }
}
