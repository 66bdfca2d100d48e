using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

/// <summary>The Inventory module's own schema.</summary>
public sealed class InventoryDbContext(DbContextOptions<InventoryDbContext> options) : DbContext(options)
{
    /// <summary>Levels.</summary>
    public DbSet<StockItem> Items => Set<StockItem>();

    /// <summary>Promises to purchases.</summary>
    public DbSet<Reservation> Reservations => Set<Reservation>();

    /// <summary>The adjustments ledger.</summary>
    public DbSet<Movement> Movements => Set<Movement>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(InventoryModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(InventoryDbContext).Assembly);
    }
}
