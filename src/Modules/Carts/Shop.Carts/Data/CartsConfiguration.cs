using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

internal sealed class CartConfiguration : IEntityTypeConfiguration<Cart>
{
    public const string TouchedAt = "TouchedAt";
    public const string TouchedPeriod = "TouchedPeriod";
    public const string AbandonedAt = "AbandonedAt";

    public void Configure(EntityTypeBuilder<Cart> cart)
    {
        cart.ToTable("carts", table => table.HasCheckConstraint("ck_carts_owner", "num_nonnulls(customer_id, token_hash) = 1"));
        cart.Property(c => c.Id).ValueGeneratedNever();
        cart.Property(c => c.Currency).HasMaxLength(3).IsFixedLength();
        cart.Property(c => c.Status).HasMaxLength(20).HasConversion(s => Name(s), s => Enum.Parse<CartStatus>(s, true));
        // A second belt: who writes through this model holds the row locked, so this never fails unless one of them forgets to.
        cart.Property(c => c.Version).IsConcurrencyToken();
        cart.HasMany(c => c.Lines).WithOne().HasForeignKey(l => l.CartId).OnDelete(DeleteBehavior.Cascade);
        cart.Property(c => c.Coupons).HasDefaultValueSql("'{}'");
        cart.Property(c => c.Country).HasMaxLength(2).IsFixedLength();
        cart.Property(c => c.ShippingMethod).HasMaxLength(50);
        cart.Property(c => c.Buyer).HasMaxLength(70);
        // The database's clock, kept by a trigger whenever the version changes; the sweep's, nobody else's.
        cart.Property<DateTimeOffset>(TouchedAt).HasDefaultValueSql("now()");
        cart.Property<DateTimeOffset?>(AbandonedAt);
        // An index on the moment itself would cost every change of a cart an entry in each of its table's indexes; the sweep looks at the
        // moment of those that it finds by their ten minutes.
        cart.Property<DateTimeOffset>(TouchedPeriod)
            .HasComputedColumnSql("date_bin('10 minutes', touched_at, '2026-01-01 00:00+00'::timestamptz)", stored: true);
        cart.HasIndex(TouchedPeriod).HasFilter("status = 'open'");
        // Of all open carts only those that are not told of yet: most are empty, or told of long ago.
        cart.HasIndex(TouchedPeriod, nameof(Cart.Id))
            .HasDatabaseName("ix_carts_untold")
            .HasFilter("status = 'open' and abandoned_at is null and started_at is not null");
        // A customer has one cart to fill, in however many tabs.
        cart.HasIndex(c => c.CustomerId).IsUnique().HasFilter("status = 'open'");
    }

    private static string Name(CartStatus status) => status.ToString().ToLowerInvariant();
}

internal sealed class CartLineConfiguration : IEntityTypeConfiguration<CartLine>
{
    public void Configure(EntityTypeBuilder<CartLine> line)
    {
        line.ToTable(
            "lines",
            table =>
            {
                table.HasCheckConstraint("ck_lines_quantity", $"quantity between 1 and {CartLine.MaxQuantity}");
                table.HasCheckConstraint("ck_lines_unit_price_minor", "unit_price_minor >= 0");
            }
        );
        line.HasKey(l => new { l.CartId, l.Sku });
        line.Property(l => l.Sku).HasMaxLength(200);
        line.Property(l => l.Categories).HasDefaultValueSql("'{}'");
    }
}

internal sealed class OfferConfiguration : IEntityTypeConfiguration<Offer>
{
    public void Configure(EntityTypeBuilder<Offer> offer)
    {
        offer.ToTable("offers");
        offer.HasKey(o => o.Sku);
        offer.Property(o => o.Sku).HasMaxLength(200);
        offer.Property(o => o.Currency).HasMaxLength(3).IsFixedLength();
        offer.HasIndex(o => o.ProductId);
        offer.Property(o => o.Categories).HasDefaultValueSql("'{}'");
    }
}

internal sealed class ProductVersionConfiguration : IEntityTypeConfiguration<ProductVersion>
{
    public void Configure(EntityTypeBuilder<ProductVersion> product)
    {
        product.ToTable("product_versions");
        product.HasKey(p => p.ProductId);
        product.Property(p => p.ProductId).ValueGeneratedNever();
    }
}
