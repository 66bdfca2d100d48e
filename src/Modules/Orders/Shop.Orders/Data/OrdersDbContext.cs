using Microsoft.EntityFrameworkCore;
using Shop.Orders.Domain;

namespace Shop.Orders.Data;

/// <summary>The Orders module's own schema.</summary>
public sealed class OrdersDbContext : DbContext
{
    /// <summary>Counts the orders; the first is 100001.</summary>
    public const string Numbers = "order_numbers";

    /// <summary>Made by the container and by generated handler code.</summary>
    public OrdersDbContext(DbContextOptions<OrdersDbContext> options)
        : base(options) =>
        // A failed save ends its transaction here, so the two round trips of a savepoint around each would buy nothing.
        Database.AutoSavepointsEnabled = false;

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
