using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

/// <summary>The Inventory module's own schema.</summary>
public sealed class InventoryDbContext(DbContextOptions<InventoryDbContext> options) : DbContext(options)
{
    /// <summary>Levels over all locations.</summary>
    public DbSet<StockItem> Items => Set<StockItem>();

    /// <summary>Levels by location.</summary>
    public DbSet<LocationLevel> Levels => Set<LocationLevel>();

    /// <summary>Where stock lies.</summary>
    public DbSet<Location> Locations => Set<Location>();

    /// <summary>Promises to purchases.</summary>
    public DbSet<Reservation> Reservations => Set<Reservation>();

    /// <summary>The adjustments ledger.</summary>
    public DbSet<Movement> Movements => Set<Movement>();

    /// <summary>What staff changed other than pieces.</summary>
    public DbSet<SettingChange> Changes => Set<SettingChange>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(InventoryModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(InventoryDbContext).Assembly);
    }
}
