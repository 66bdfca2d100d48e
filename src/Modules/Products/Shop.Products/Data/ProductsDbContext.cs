using Microsoft.EntityFrameworkCore;
using Shop.Products.Domain;

namespace Shop.Products.Data;

/// <summary>The Products module's own schema.</summary>
public sealed class ProductsDbContext(DbContextOptions<ProductsDbContext> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    public DbSet<Variant> Variants => Set<Variant>();

    public DbSet<Category> Categories => Set<Category>();

    public DbSet<Collection> Collections => Set<Collection>();

    public DbSet<CollectionEntry> CollectionEntries => Set<CollectionEntry>();

    public DbSet<AttributeDefinition> Attributes => Set<AttributeDefinition>();

    public DbSet<SlugRedirect> SlugRedirects => Set<SlugRedirect>();

    public DbSet<CatalogueChange> Changes => Set<CatalogueChange>();

    public DbSet<Import> Imports => Set<Import>();

    public DbSet<ImportChunk> ImportChunks => Set<ImportChunk>();

    public DbSet<ImportRefusal> ImportRefusals => Set<ImportRefusal>();

    public DbSet<Announcement> Announcements => Set<Announcement>();

    public DbSet<Opening> Openings => Set<Opening>();

    public DbSet<MediaFile> Media => Set<MediaFile>();

    public DbSet<Availability> Availability => Set<Availability>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(ProductsModule.Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ProductsDbContext).Assembly);
    }
}
