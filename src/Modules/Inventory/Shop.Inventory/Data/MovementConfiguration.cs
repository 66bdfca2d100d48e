using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

internal sealed class MovementConfiguration : IEntityTypeConfiguration<Movement>, IEntityTypeConfiguration<Receipt>
{
    public void Configure(EntityTypeBuilder<Movement> builder)
    {
        builder.ToTable("movements", table => table.HasCheckConstraint("movements_delta", "delta <> 0"));
        builder.Property(m => m.Id).UseIdentityAlwaysColumn();
        builder.Property(m => m.Sku).HasSkuColumn();
        builder.Property(m => m.Reason).HasMaxLength(200);
        builder.Property(m => m.Actor).HasMaxLength(100);
        builder.Property(m => m.IdempotencyKey).HasMaxLength(200);
        builder.HasOne<StockItem>().WithMany().HasForeignKey(m => m.Sku).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Receipt>().WithMany().HasForeignKey(m => m.ReceiptId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(m => new { m.Sku, m.Id });
        builder.HasIndex(m => new { m.Actor, m.IdempotencyKey }).IsUnique().HasFilter("idempotency_key is not null");
    }

    public void Configure(EntityTypeBuilder<Receipt> builder)
    {
        builder.ToTable("receipts");
        builder.Property(r => r.Id).ValueGeneratedNever();
    }
}
