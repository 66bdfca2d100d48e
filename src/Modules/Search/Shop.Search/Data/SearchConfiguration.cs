using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Search.Domain;

namespace Shop.Search.Data;

internal sealed class SearchItemConfiguration : IEntityTypeConfiguration<SearchItem>
{
    public void Configure(EntityTypeBuilder<SearchItem> item)
    {
        item.ToTable("items");
        item.HasKey(i => i.ProductId);
        item.Property(i => i.ProductId).ValueGeneratedNever();
        item.Property(i => i.PriceCurrency).HasMaxLength(3);
        item.Property(i => i.TitleKey).HasComputedColumnSql("lower(title)", stored: true);
        item.HasIndex(i => i.TitleKey).HasOperators("text_pattern_ops");
        item.HasIndex(i => i.Document).HasMethod("gin");
        item.HasIndex(i => i.Codes).HasMethod("gin");
        item.HasIndex(i => i.Title).HasMethod("gin").HasOperators("gin_trgm_ops");
    }
}

internal sealed class SkuStockConfiguration : IEntityTypeConfiguration<SkuStock>
{
    public void Configure(EntityTypeBuilder<SkuStock> stock)
    {
        stock.ToTable("availability");
        stock.HasKey(s => s.Sku);
    }
}

internal sealed class CountedOrderConfiguration : IEntityTypeConfiguration<CountedOrder>
{
    public void Configure(EntityTypeBuilder<CountedOrder> order)
    {
        order.ToTable("counted_orders");
        order.HasKey(o => o.OrderId);
        order.Property(o => o.OrderId).ValueGeneratedNever();
    }
}

internal sealed class WordConfiguration : IEntityTypeConfiguration<Word>
{
    public void Configure(EntityTypeBuilder<Word> word)
    {
        word.ToTable("words");
        word.HasKey(w => w.Text);
        word.HasIndex(w => w.Text).HasMethod("gin").HasOperators("gin_trgm_ops");
    }
}
