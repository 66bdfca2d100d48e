using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

internal sealed class ReservationConfiguration
    : IEntityTypeConfiguration<Reservation>,
        IEntityTypeConfiguration<ReservationLine>,
        IEntityTypeConfiguration<Consumption>
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
        builder.ToTable(
            "reservation_lines",
            table =>
            {
                table.HasCheckConstraint("reservation_lines_quantity", "quantity > 0");
                table.HasCheckConstraint("reservation_lines_consumed", "consumed between 0 and quantity");
            }
        );
        builder.HasKey(l => new
        {
            l.ReservationId,
            l.Sku,
            l.LocationId,
        });
        builder.Property(l => l.Sku).HasSkuColumn();
        // No foreign key to the location: every hold would lock its row.
        builder.Property(l => l.LocationId).HasDefaultValue(Location.Main);
        builder.Property(l => l.Backordered).HasDefaultValue(0);
        builder.Property(l => l.Consumed).HasDefaultValue(0);
        // What a parcel must leave to others is reckoned from these; a usual hold writes none of them.
        builder.HasIndex(l => new { l.Sku, l.LocationId }).HasFilter("backordered > 0");
    }

    public void Configure(EntityTypeBuilder<Consumption> builder)
    {
        builder.ToTable("consumptions");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Outcome).HasMaxLength(100);
    }
}
