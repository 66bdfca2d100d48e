using Microsoft.EntityFrameworkCore;
using Shop.Orders.Domain;

namespace Shop.Orders.Data;

/// <summary>The Orders module's own schema.</summary>
public sealed class OrdersDbContext(DbContextOptions<OrdersDbContext> options) : DbContext(options)
{
    /// <summary>Counts the orders; the first is 100001.</summary>
    public const string Numbers = "order_numbers";

    /// <summary>Orders that were placed; one canceled before shows only under IgnoreQueryFilters.</summary>
    public DbSet<Order> Orders => Set<Order>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(OrdersModule.Schema);
        modelBuilder.HasSequence<long>(Numbers).StartsAt(100_001);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(OrdersDbContext).Assembly);
    }
}
