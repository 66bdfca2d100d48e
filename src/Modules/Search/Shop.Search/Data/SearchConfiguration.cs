using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Search.Domain;

namespace Shop.Search.Data;

internal sealed class SearchItemConfiguration : IEntityTypeConfiguration<SearchItem>
{
    public void Configure(EntityTypeBuilder<SearchItem> item)
    {
        // Data/Migrations/RebuildFunctions.cs makes a second table of these; what is added here is added there.
        item.ToTable("items");
        item.HasKey(i => i.ProductId);
        item.Property(i => i.ProductId).ValueGeneratedNever();
        item.Property(i => i.PriceCurrency).HasMaxLength(3);
        item.HasIndex(i => i.TitleKey).HasOperators("text_pattern_ops");
        item.HasIndex(i => i.TitleKey, "title_parts").HasDatabaseName("ix_items_title_parts").HasMethod("gin").HasOperators("gin_trgm_ops");
        // One index: words and facets together find what fits both without reading what fits one of them.
        item.HasIndex(i => new
            {
                i.Document,
                i.Facets,
                i.Codes,
            })
            .HasMethod("gin");
    }
}

internal sealed class ProductRecordConfiguration : IEntityTypeConfiguration<ProductRecord>
{
    public void Configure(EntityTypeBuilder<ProductRecord> product)
    {
        product.ToTable("products");
        product.HasKey(p => p.ProductId);
        product.Property(p => p.ProductId).ValueGeneratedNever();
        product.Property(p => p.PriceCurrency).HasMaxLength(3);
    }
}

internal sealed class FacetValueConfiguration : IEntityTypeConfiguration<FacetValue>
{
    public void Configure(EntityTypeBuilder<FacetValue> value)
    {
        value.ToTable("facet_values");
        value.HasKey(v => v.Id);
        value.Property(v => v.Id).ValueGeneratedNever();
        value.HasIndex(v => new { v.Facet, v.LabelKey }).HasOperators("text_ops", "text_pattern_ops");
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

internal sealed class RebuildConfiguration : IEntityTypeConfiguration<Rebuild>
{
    public void Configure(EntityTypeBuilder<Rebuild> rebuild)
    {
        rebuild.ToTable("rebuilds");
        rebuild.Property(r => r.Id).ValueGeneratedNever();
        rebuild
            .Property(r => r.State)
            .HasConversion(state => state.ToString().ToLowerInvariant(), name => Enum.Parse<RebuildState>(name, true));
        rebuild.HasIndex(r => r.Active).IsUnique();
    }
}

internal sealed class RebuildChangeConfiguration : IEntityTypeConfiguration<RebuildChange>
{
    public void Configure(EntityTypeBuilder<RebuildChange> change) => change.ToTable("rebuild_changes");
}

internal sealed class IndexStateConfiguration : IEntityTypeConfiguration<IndexState>
{
    public void Configure(EntityTypeBuilder<IndexState> state)
    {
        state.ToTable("state");
        state.Property(s => s.Id).ValueGeneratedNever();
        state.HasData(new IndexState { Id = 1, Language = "english" });
    }
}

internal sealed class MissedSearchConfiguration : IEntityTypeConfiguration<MissedSearch>
{
    public void Configure(EntityTypeBuilder<MissedSearch> missed)
    {
        missed.ToTable("missed_searches");
        missed.HasKey(m => new { m.Day, m.Text });
    }
}
