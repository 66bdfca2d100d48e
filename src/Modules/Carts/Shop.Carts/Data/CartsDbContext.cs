using Microsoft.EntityFrameworkCore;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

/// <summary>The Carts module's own schema.</summary>
public sealed class CartsDbContext(DbContextOptions<CartsDbContext> options) : DbContext(options)
{
    /// <summary>Carts of guests and customers.</summary>
    public DbSet<Cart> Carts => Set<Cart>();

    /// <summary>Their lines.</summary>
    public DbSet<CartLine> Lines => Set<CartLine>();

    /// <summary>Carts' own copy of what Products sells.</summary>
    public DbSet<Offer> Offers => Set<Offer>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(CartsModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CartsDbContext).Assembly);
    }
}
