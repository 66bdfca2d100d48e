using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

internal sealed class ReservationConfiguration : IEntityTypeConfiguration<Reservation>, IEntityTypeConfiguration<ReservationLine>
{
    private const string States = "'held', 'committed', 'consumed', 'released', 'expired', 'rejected'";

    public void Configure(EntityTypeBuilder<Reservation> builder)
    {
        builder.ToTable("reservations", table => table.HasCheckConstraint("reservations_state", $"state in ({States})"));
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder
            .Property(r => r.State)
            .HasConversion(state => state.ToString().ToLowerInvariant(), text => Enum.Parse<ReservationState>(text, true))
            .HasMaxLength(10);
        builder.Property(r => r.RejectionCode).HasMaxLength(100);
        builder.Property(r => r.Shortages).HasColumnType("jsonb");
        builder.HasMany(r => r.Lines).WithOne().HasForeignKey(l => l.ReservationId);
        // What the sweep looks for, and nothing else.
        builder.HasIndex(r => r.ExpiresAt).HasFilter("state = 'held'");
    }

    public void Configure(EntityTypeBuilder<ReservationLine> builder)
    {
        builder.ToTable("reservation_lines", table => table.HasCheckConstraint("reservation_lines_quantity", "quantity > 0"));
        builder.HasKey(l => new { l.ReservationId, l.Sku });
        builder.Property(l => l.Sku).HasSkuColumn();
    }
}
