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

    /// <summary>What staff offer.</summary>
    public DbSet<Promotion> Promotions => Set<Promotion>();

    /// <summary>The built-in tax table.</summary>
    public DbSet<TaxRate> TaxRates => Set<TaxRate>();

    /// <summary>How parcels go.</summary>
    public DbSet<ShippingMethod> ShippingMethods => Set<ShippingMethod>();

    /// <summary>The version of all three, in one row.</summary>
    public DbSet<RulesVersion> RulesVersions => Set<RulesVersion>();

    /// <summary>Customers in groups that promotions are for.</summary>
    public DbSet<GroupMember> GroupMembers => Set<GroupMember>();

    /// <summary>Counters of limited promotions.</summary>
    public DbSet<PromotionUse> PromotionUses => Set<PromotionUse>();

    /// <summary>Purchases' use of limited promotions.</summary>
    public DbSet<Redemption> Redemptions => Set<Redemption>();

    /// <summary>What staff changed.</summary>
    public DbSet<StaffChange> StaffChanges => Set<StaffChange>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(CartsModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CartsDbContext).Assembly);
    }
}
