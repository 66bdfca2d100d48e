using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

internal sealed class StockItemConfiguration : IEntityTypeConfiguration<StockItem>
{
    public void Configure(EntityTypeBuilder<StockItem> builder)
    {
        builder.ToTable(
            "stock_items",
            table =>
                table.HasCheckConstraint(
                    "stock_items_no_oversell",
                    "0 <= reserved and 0 <= unavailable and 0 <= on_hand and reserved::bigint + unavailable <= on_hand::bigint + backorder_limit"
                )
        );
        // Room on each page, so that a hot row's new versions stay on it and touch no index.
        builder.HasStorageParameter("fillfactor", 50);
        builder.HasKey(i => i.Sku);
        builder.Property(i => i.Sku).HasSkuColumn();
        builder.Property(i => i.Unavailable).HasDefaultValue(0);
        builder.Property(i => i.Available).HasComputedColumnSql("on_hand - reserved - unavailable", stored: true);
        builder.Property(i => i.Sellable).HasComputedColumnSql(Sellable, stored: true);
        builder.Property(i => i.Backorder).HasDefaultValue(false);
        builder.Property(i => i.BackorderLimit).HasDefaultValue(0);
        // What staff ask for by low stock, and nothing else.
        builder.HasIndex(i => i.Sku).HasFilter("low_stock_threshold is not null");
    }

    private const string Sellable =
        "least(on_hand::bigint - reserved - unavailable + case when backorder then backorder_limit else 0 end, 2147483647)::integer";
}

internal sealed class LocationConfiguration : IEntityTypeConfiguration<Location>, IEntityTypeConfiguration<LocationLevel>
{
    public void Configure(EntityTypeBuilder<Location> builder)
    {
        builder.ToTable("locations");
        builder.Property(l => l.Id).ValueGeneratedNever();
        builder.Property(l => l.Name).HasMaxLength(100);
        builder.HasIndex(l => l.Name).IsUnique();
        builder.Property(l => l.Version).IsConcurrencyToken();
        builder.HasData(
            new Location
            {
                Id = Location.Main,
                Name = "Main",
                Priority = 0,
                Active = true,
                Version = 1,
            }
        );
    }

    public void Configure(EntityTypeBuilder<LocationLevel> builder)
    {
        builder.ToTable(
            "stock_levels",
            table =>
                table.HasCheckConstraint(
                    "stock_levels_none_negative",
                    "0 <= on_hand and 0 <= reserved and 0 <= damaged and 0 <= safety_stock and damaged <= on_hand"
                )
        );
        builder.HasStorageParameter("fillfactor", 50);
        builder.HasKey(l => new { l.Sku, l.LocationId });
        builder.Property(l => l.Sku).HasSkuColumn();
        builder.Property(l => l.Available).HasComputedColumnSql("on_hand - reserved - damaged - safety_stock", stored: true);
        builder.HasOne<StockItem>().WithMany().HasForeignKey(l => l.Sku).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Location>().WithMany().HasForeignKey(l => l.LocationId).OnDelete(DeleteBehavior.Restrict);
        // By the location alone, a look for one SKU's level might take this index while the table is small, and read the whole location when it is not.
        builder.HasIndex(l => new { l.LocationId, l.Sku });
    }
}

internal static class SkuColumn
{
    /// <summary>Byte order: the one order in which all statements lock rows, whatever the server's locale.</summary>
    public static PropertyBuilder<string> HasSkuColumn(this PropertyBuilder<string> property) =>
        property.UseCollation("C").HasMaxLength(100);
}
