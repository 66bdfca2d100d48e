using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop.Products.Data;

/// <summary>A picture that staff uploaded. Its bytes are in the media store.</summary>
public sealed class MediaFile
{
    public Guid Id { get; init; }

    public string FileName { get; init; } = "";

    /// <summary>As the bytes say, not as the uploader does.</summary>
    public string ContentType { get; init; } = "";

    public long Bytes { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public Guid? Actor { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class MediaFileConfiguration : IEntityTypeConfiguration<MediaFile>
{
    public void Configure(EntityTypeBuilder<MediaFile> media)
    {
        media.ToTable("media");
        media.HasKey(m => m.Id);
        media.Property(m => m.Id).ValueGeneratedNever();
        media.Property(m => m.FileName).HasMaxLength(200);
        media.Property(m => m.ContentType).HasMaxLength(50);
        media.Property(m => m.CreatedAt).HasDefaultValueSql("now()");
    }
}
