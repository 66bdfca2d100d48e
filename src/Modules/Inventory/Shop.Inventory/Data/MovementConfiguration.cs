using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

internal sealed class MovementConfiguration
    : IEntityTypeConfiguration<Movement>,
        IEntityTypeConfiguration<Receipt>,
        IEntityTypeConfiguration<SettingChange>
{
    public void Configure(EntityTypeBuilder<Movement> builder)
    {
        builder.ToTable("movements");
        builder.Property(m => m.Id).UseIdentityAlwaysColumn();
        builder.Property(m => m.Sku).HasSkuColumn();
        builder.Property(m => m.Reason).HasMaxLength(200);
        builder.Property(m => m.Actor).HasMaxLength(100);
        builder.Property(m => m.IdempotencyKey).HasMaxLength(200);
        builder.Property(m => m.DamagedDelta).HasDefaultValue(0);
        builder.Property(m => m.SafetyStockDelta).HasDefaultValue(0);
        builder.HasOne<LocationLevel>().WithMany().HasForeignKey(m => new { m.Sku, m.LocationId }).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Receipt>().WithMany().HasForeignKey(m => m.ReceiptId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(m => new { m.Sku, m.Id });
        builder.HasIndex(m => m.Reference).HasFilter("reference is not null");
        builder.HasIndex(m => new { m.Actor, m.IdempotencyKey }).IsUnique().HasFilter("idempotency_key is not null");
    }

    public void Configure(EntityTypeBuilder<Receipt> builder)
    {
        builder.ToTable("receipts");
        builder.Property(r => r.Id).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<SettingChange> builder)
    {
        builder.ToTable("setting_changes");
        builder.Property(c => c.Id).UseIdentityAlwaysColumn();
        builder.Property(c => c.Actor).HasMaxLength(100);
        builder.Property(c => c.Subject).HasMaxLength(200);
        builder.Property(c => c.Before).HasColumnType("jsonb");
        builder.Property(c => c.After).HasColumnType("jsonb");
        builder.HasIndex(c => new { c.Subject, c.Id });
    }
}
