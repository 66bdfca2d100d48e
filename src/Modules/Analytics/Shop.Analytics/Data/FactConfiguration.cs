using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Analytics.Domain;

namespace Shop.Analytics.Data;

/// <summary>Orders: the order is the key, so a second arrival of its event finds its row.</summary>
internal sealed class OrderFactConfiguration : IEntityTypeConfiguration<OrderFact>
{
    public void Configure(EntityTypeBuilder<OrderFact> builder)
    {
        builder.ToTable("order_facts");
        builder.HasKey(o => o.OrderId);
        builder.Property(o => o.OrderId).ValueGeneratedNever();
        builder.Property(o => o.Currency).HasMaxLength(3);
        // All a sales report reads stands in the index.
        builder.HasIndex(o => new { o.Day, o.Currency }).IncludeProperties(o => o.TotalMinor);
    }
}

/// <summary>Stages: one row a stage and subject.</summary>
internal sealed class FunnelFactConfiguration : IEntityTypeConfiguration<FunnelFact>
{
    public void Configure(EntityTypeBuilder<FunnelFact> builder)
    {
        builder.ToTable("funnel_facts");
        builder.HasKey(f => new { f.Stage, f.SubjectId });
        builder.Property(f => f.Stage).HasMaxLength(10).HasConversion(s => Text(s), s => Enum.Parse<FunnelStage>(s, true));
        builder.HasIndex(f => new { f.Day, f.Stage });
    }

    private static string Text(FunnelStage stage) => stage.ToString().ToLowerInvariant();
}
