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
            table => table.HasCheckConstraint("stock_items_no_oversell", "0 <= reserved and reserved <= on_hand")
        );
        // Room on each page, so that a hot row's new versions stay on it and touch no index.
        builder.HasStorageParameter("fillfactor", 50);
        builder.HasKey(i => i.Sku);
        builder.Property(i => i.Sku).HasSkuColumn();
    }
}

internal static class SkuColumn
{
    /// <summary>Byte order: the one order in which all statements lock rows, whatever the server's locale.</summary>
    public static PropertyBuilder<string> HasSkuColumn(this PropertyBuilder<string> property) =>
        property.UseCollation("C").HasMaxLength(100);
}
