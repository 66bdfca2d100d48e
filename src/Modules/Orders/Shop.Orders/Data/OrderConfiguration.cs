using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;
using Shop.Orders.Domain;

namespace Shop.Orders.Data;

internal sealed class OrderConfiguration
    : IEntityTypeConfiguration<Order>,
        IEntityTypeConfiguration<OrderItem>,
        IEntityTypeConfiguration<OrderEvent>
{
    public void Configure(EntityTypeBuilder<Order> builder)
    {
        builder.ToTable(
            "orders",
            table =>
            {
                table.HasCheckConstraint("orders_status", "status in ('pending', 'confirmed', 'completed', 'canceled', 'expired')");
                table.HasCheckConstraint("orders_tombstone_is_canceled", "status = 'canceled' or sequence is not null");
                table.HasCheckConstraint("orders_tombstone", "(sequence is null) = (placed_at is null)");
            }
        );
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder
            .Property(o => o.Status)
            .HasConversion(status => status.ToString().ToLowerInvariant(), text => Enum.Parse<OrderStatus>(text, true))
            .HasMaxLength(10)
            .IsConcurrencyToken();
        builder.Property(o => o.Email).HasMaxLength(254);
        builder.Property(o => o.ShippingMethod).HasMaxLength(50);
        builder.Property(o => o.Currency).HasMaxLength(3);
        builder.Property(o => o.CancelReason).HasMaxLength(100);
        Address(builder.Property(o => o.ShippingAddress));
        Address(builder.Property(o => o.BillingAddress));
        builder
            .Property(o => o.Promotions)
            .HasColumnType("jsonb")
            .HasConversion(
                promotions => JsonSerializer.Serialize(promotions, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<IReadOnlyList<OrderPromotion>>(json, JsonSerializerOptions.Web),
                // Never changed, so the same object is the same value.
                new ValueComparer<IReadOnlyList<OrderPromotion>?>(
                    (left, right) => ReferenceEquals(left, right),
                    value => value == null ? 0 : value.GetHashCode(),
                    value => value
                )
            );
        builder.HasMany(o => o.Lines).WithOne().HasForeignKey(l => l.OrderId);
        builder.HasMany(o => o.Timeline).WithOne().HasForeignKey("OrderId");
        builder.HasIndex(o => o.Sequence).IsUnique();
        builder.HasIndex(o => new { o.CustomerId, o.Sequence });
        builder.HasQueryFilter(o => o.Sequence != null);
    }

    public void Configure(EntityTypeBuilder<OrderItem> builder)
    {
        builder.ToTable("order_lines", table => table.HasCheckConstraint("order_lines_quantity", "quantity > 0"));
        builder.HasKey(l => new { l.OrderId, l.Position });
        builder.Property(l => l.Sku).HasMaxLength(100);
    }

    public void Configure(EntityTypeBuilder<OrderEvent> builder)
    {
        builder.ToTable("order_events");
        builder.Property(e => e.Id).UseIdentityAlwaysColumn();
        builder
            .Property(e => e.Kind)
            .HasConversion(kind => kind.ToString().ToLowerInvariant(), text => Enum.Parse<OrderEventKind>(text, true))
            .HasMaxLength(20);
        builder.Property(e => e.Detail).HasMaxLength(100);
    }

    private static void Address(PropertyBuilder<PostalAddress?> property) =>
        property
            .HasColumnType("jsonb")
            .HasConversion(
                address => JsonSerializer.Serialize(address, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<PostalAddress>(json, JsonSerializerOptions.Web)
            );
}
