using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

internal sealed class PromotionConfiguration : IEntityTypeConfiguration<Promotion>
{
    /// <summary>Refuses a second promotion with the same code.</summary>
    public const string OneCode = "ux_promotions_code";

    public void Configure(EntityTypeBuilder<Promotion> promotion)
    {
        promotion.ToTable("promotions");
        promotion.Property(p => p.Id).ValueGeneratedNever();
        promotion.Property(p => p.Name).HasMaxLength(100);
        promotion.Property(p => p.Code).HasMaxLength(50);
        promotion.Property(p => p.Kind).HasMaxLength(20).HasConversion<string>();
        promotion.Property(p => p.CustomerGroup).HasMaxLength(50);
        promotion.Property(p => p.Version).IsConcurrencyToken();
        promotion.HasIndex(p => p.Code).IsUnique().HasDatabaseName(OneCode);
    }
}

internal sealed class TaxRateConfiguration : IEntityTypeConfiguration<TaxRate>
{
    public void Configure(EntityTypeBuilder<TaxRate> rate)
    {
        rate.ToTable("tax_rates");
        rate.HasKey(r => new { r.Country, r.Category });
        rate.Property(r => r.Country).HasMaxLength(2);
        rate.Property(r => r.Category).HasMaxLength(50);
    }
}

internal sealed class ShippingMethodConfiguration : IEntityTypeConfiguration<ShippingMethod>
{
    public void Configure(EntityTypeBuilder<ShippingMethod> method)
    {
        method.ToTable("shipping_methods");
        method.HasKey(m => m.Code);
        method.Property(m => m.Code).HasMaxLength(50);
        method.Property(m => m.Name).HasMaxLength(100);
        method.Property(m => m.Version).IsConcurrencyToken();
        method
            .Property(m => m.Rates)
            .HasColumnType("jsonb")
            .HasConversion(
                rates => JsonSerializer.Serialize(rates, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<IReadOnlyList<ShippingRate>>(json, JsonSerializerOptions.Web)!,
                // A list of rates is never changed, so the same object is the same value.
                new ValueComparer<IReadOnlyList<ShippingRate>>(
                    (left, right) => ReferenceEquals(left, right),
                    value => value.GetHashCode(),
                    value => value
                )
            );
    }
}

internal sealed class RulesVersionConfiguration : IEntityTypeConfiguration<RulesVersion>
{
    public void Configure(EntityTypeBuilder<RulesVersion> version)
    {
        version.ToTable("rules_version", table => table.HasCheckConstraint("ck_rules_version_one_row", "id = 1"));
        version.Property(v => v.Id).ValueGeneratedNever();
        version.HasData(new RulesVersion(1, 1));
    }
}

internal sealed class RedemptionConfiguration
    : IEntityTypeConfiguration<Redemption>,
        IEntityTypeConfiguration<PromotionUse>,
        IEntityTypeConfiguration<GroupMember>,
        IEntityTypeConfiguration<StaffChange>
{
    public void Configure(EntityTypeBuilder<Redemption> redemption)
    {
        redemption.ToTable(
            "redemptions",
            table => table.HasCheckConstraint("ck_redemptions_state", "state in ('redeemed', 'rejected', 'returned')")
        );
        redemption.Property(r => r.Id).ValueGeneratedNever();
        redemption.Property(r => r.State).HasMaxLength(20);
        redemption.Property(r => r.At).HasDefaultValueSql("now()");
    }

    public void Configure(EntityTypeBuilder<PromotionUse> use)
    {
        use.ToTable("promotion_uses", table => table.HasCheckConstraint("ck_promotion_uses_used", "used >= 0"));
        use.HasKey(u => new { u.PromotionId, u.Holder });
        use.Property(u => u.Holder).HasMaxLength(70);
    }

    public void Configure(EntityTypeBuilder<GroupMember> member)
    {
        member.ToTable("group_members");
        member.HasKey(m => new { m.CustomerGroup, m.CustomerId });
        member.Property(m => m.CustomerGroup).HasMaxLength(50);
    }

    public void Configure(EntityTypeBuilder<StaffChange> change)
    {
        change.ToTable("staff_changes");
        change.Property(c => c.Id).UseIdentityAlwaysColumn();
        change.Property(c => c.Actor).HasMaxLength(100);
        change.Property(c => c.Action).HasMaxLength(50);
        change.Property(c => c.Subject).HasMaxLength(200);
        change.Property(c => c.Detail).HasColumnType("jsonb");
    }
}
