using Microsoft.EntityFrameworkCore;

namespace Shop.Carts.Data;

/// <summary>The Carts module's own schema.</summary>
public sealed class CartsDbContext(DbContextOptions<CartsDbContext> options) : DbContext(options)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(CartsModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CartsDbContext).Assembly);
    }
}
