using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Data;

/// <summary>One row a purchase; what is bought is a snapshot in JSON, for nothing ever asks for its parts.</summary>
internal sealed class CheckoutStateConfiguration : IEntityTypeConfiguration<CheckoutState>
{
    /// <summary>Refuses a second purchase under the same idempotency key.</summary>
    public const string OneRequest = "ux_checkouts_scope_idempotency_key";

    /// <summary>Refuses a second purchase of a cart while the first is running or has succeeded.</summary>
    public const string OneCart = "ux_checkouts_cart_id";

    public void Configure(EntityTypeBuilder<CheckoutState> builder)
    {
        builder.ToTable(
            "checkouts",
            table => table.HasCheckConstraint("ck_checkouts_timer", "wake_at is not null or state in ('completed', 'compensated')")
        );
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Version).IsConcurrencyToken();

        builder.Property(c => c.Step).HasColumnName("state").HasConversion(step => step.Name(), name => CheckoutStepNames.Parse(name));
        builder.Property(c => c.StuckAt).HasConversion(step => step!.Value.Name(), name => (CheckoutStep?)CheckoutStepNames.Parse(name));

        Json(builder.Property(c => c.ShippingAddress));
        Json(builder.Property(c => c.BillingAddress));
        Json(builder.Property(c => c.Lines));
        Json(builder.Property(c => c.Totals));
        Json(builder.Property(c => c.Promotions!));
        builder.Property(c => c.Promotions).IsRequired(false);
        builder.Property(c => c.LimitedPromotions).HasDefaultValueSql("'{}'");

        builder.HasIndex(c => new { c.Scope, c.IdempotencyKey }).IsUnique().HasDatabaseName(OneRequest);
        builder.HasIndex(c => c.CartId).IsUnique().HasFilter("state <> 'compensated'").HasDatabaseName(OneCart);
        builder.HasIndex(c => c.WakeAt).HasFilter("wake_at is not null");
        builder.HasIndex(c => c.Id).HasFilter("state = 'needs_attention'").HasDatabaseName("ix_checkouts_attention");
    }

    private static void Json<T>(PropertyBuilder<T> property)
        where T : class =>
        property
            .HasColumnType("jsonb")
            .HasConversion(
                value => JsonSerializer.Serialize(value, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)!,
                // Snapshots are never changed, so the same object is the same value.
                new ValueComparer<T>((left, right) => ReferenceEquals(left, right), value => value.GetHashCode(), value => value)
            );
}
