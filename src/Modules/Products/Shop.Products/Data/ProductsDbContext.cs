using Microsoft.EntityFrameworkCore;
using Shop.Products.Domain;

namespace Shop.Products.Data;

/// <summary>The Products module's own schema.</summary>
public sealed class ProductsDbContext(DbContextOptions<ProductsDbContext> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    public DbSet<Variant> Variants => Set<Variant>();

    public DbSet<Category> Categories => Set<Category>();

    public DbSet<Availability> Availability => Set<Availability>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(ProductsModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ProductsDbContext).Assembly);
    }
}
