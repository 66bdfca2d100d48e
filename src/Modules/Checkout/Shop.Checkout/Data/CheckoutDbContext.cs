using Microsoft.EntityFrameworkCore;

namespace Shop.Checkout.Data;

/// <summary>The Checkout module's own schema.</summary>
public sealed class CheckoutDbContext(DbContextOptions<CheckoutDbContext> options) : DbContext(options)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(CheckoutModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CheckoutDbContext).Assembly);
    }
}
