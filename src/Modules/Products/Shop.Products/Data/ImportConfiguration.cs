using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Products.Domain;

namespace Shop.Products.Data;

/// <summary>Where an import stands.</summary>
public enum ImportState
{
    /// <summary>Its file is coming in.</summary>
    Uploading = 0,

    /// <summary>Waits for its turn.</summary>
    Queued = 1,

    /// <summary>A process has it in hand, or had until it was killed.</summary>
    Running = 2,

    /// <summary>Read to the end.</summary>
    Completed = 3,

    /// <summary>Staff ended it; what was imported stays.</summary>
    Canceled = 4,

    /// <summary>The file could not be read to its end.</summary>
    Failed = 5,
}

/// <summary>What an import's file is written in.</summary>
public enum ImportFormat
{
    /// <summary>Shopify's product CSV, old and new headers.</summary>
    Csv = 0,

    /// <summary>One JSON document a line.</summary>
    Ndjson = 1,
}

/// <summary>An import and how far it is. A batch writes its products and this row in one transaction.</summary>
public sealed class Import
{
    public Guid Id { get; init; }

    public ImportState State { get; set; }

    public ImportFormat Format { get; init; }

    public string FileName { get; init; } = "";

    /// <summary>SHA-256 of a file that a command reads, by which it finds an import that broke off; null for an uploaded one.</summary>
    public string? Fingerprint { get; init; }

    public Guid? Actor { get; init; }

    /// <summary>Size of the file.</summary>
    public long Bytes { get; set; }

    public long BytesRead { get; set; }

    public long Rows { get; set; }

    public long Created { get; set; }

    public long Updated { get; set; }

    public long Unchanged { get; set; }

    public long Refused { get; set; }

    /// <summary>Line of the file up to which all is done; where a run that follows goes on.</summary>
    public int SettledLine { get; set; }

    /// <summary>Runs since it last got further.</summary>
    public int Attempts { get; set; }

    /// <summary>Time that processes worked on it.</summary>
    public double Seconds { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>The process that has it in hand.</summary>
    public Guid? Owner { get; set; }

    /// <summary>Until when nobody else takes it, by the database's clock.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>How much of the file was read, in percent.</summary>
    public double Percent() =>
        State == ImportState.Completed ? 100
        : Bytes > 0 ? Math.Min(100, 100.0 * BytesRead / Bytes)
        : 0;
}

/// <summary>A megabyte of an uploaded file, kept until the import is over: whichever process goes on finds it.</summary>
public sealed class ImportChunk
{
    public Guid ImportId { get; init; }

    public int Number { get; init; }

    public byte[] Bytes { get; init; } = [];
}

/// <summary>A row that could not be taken.</summary>
public sealed class ImportRefusal
{
    /// <summary>So many are kept of an import; what is beyond is counted only.</summary>
    public const int Most = 100_000;

    public Guid ImportId { get; init; }

    /// <summary>From 1, in the order they were found.</summary>
    public long Number { get; init; }

    /// <summary>Line of the file on which the row begins.</summary>
    public int Line { get; init; }

    /// <summary>Header of the column at fault.</summary>
    public string Column { get; init; } = "";

    /// <summary>Stable, for programs.</summary>
    public string Code { get; init; } = "";

    /// <summary>What stands there.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A product that the other modules have yet to be told about.</summary>
public sealed class Announcement
{
    public Guid ProductId { get; init; }

    /// <summary>0 for what staff changed, 1 for an import's, which waits behind it.</summary>
    public short Priority { get; init; }
}

/// <summary>Opening stock that Inventory has yet to be told about.</summary>
public sealed class Opening
{
    public string Sku { get; init; } = "";

    public int Quantity { get; init; }
}

internal sealed class ImportConfiguration : IEntityTypeConfiguration<Import>
{
    public void Configure(EntityTypeBuilder<Import> import)
    {
        import.ToTable("imports");
        import.HasKey(i => i.Id);
        import.Property(i => i.Id).ValueGeneratedNever();
        import.Property(i => i.FileName).HasMaxLength(200);
        import.Property(i => i.Fingerprint).HasMaxLength(64);
        import.Property(i => i.CreatedAt).HasDefaultValueSql("now()");
        import.HasIndex(i => i.State).HasFilter("state in (0, 1, 2)");
        import.HasMany<ImportChunk>().WithOne().HasForeignKey(c => c.ImportId).OnDelete(DeleteBehavior.Cascade);
        import.HasMany<ImportRefusal>().WithOne().HasForeignKey(r => r.ImportId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ImportChunkConfiguration : IEntityTypeConfiguration<ImportChunk>
{
    public void Configure(EntityTypeBuilder<ImportChunk> chunk)
    {
        chunk.ToTable("import_chunks");
        chunk.HasKey(c => new { c.ImportId, c.Number });
    }
}

internal sealed class ImportRefusalConfiguration : IEntityTypeConfiguration<ImportRefusal>
{
    public void Configure(EntityTypeBuilder<ImportRefusal> refusal)
    {
        refusal.ToTable("import_refusals");
        refusal.HasKey(r => new { r.ImportId, r.Number });
        refusal.Property(r => r.Column).HasMaxLength(200);
        refusal.Property(r => r.Code).HasMaxLength(64);
        refusal.Property(r => r.Text).HasMaxLength(100);
    }
}

internal sealed class AnnouncementConfiguration : IEntityTypeConfiguration<Announcement>
{
    public void Configure(EntityTypeBuilder<Announcement> announcement)
    {
        announcement.ToTable("announcements");
        announcement.HasKey(a => a.ProductId);
        announcement.Property(a => a.ProductId).ValueGeneratedNever();
        announcement.HasIndex(a => new { a.Priority, a.ProductId });
    }
}

internal sealed class OpeningConfiguration : IEntityTypeConfiguration<Opening>
{
    public void Configure(EntityTypeBuilder<Opening> opening)
    {
        opening.ToTable("openings");
        opening.HasKey(o => o.Sku);
        opening.Property(o => o.Sku).HasMaxLength(Limits.Sku);
    }
}
