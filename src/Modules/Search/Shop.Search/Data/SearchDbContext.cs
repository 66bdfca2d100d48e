using Microsoft.EntityFrameworkCore;
using Shop.Search.Domain;

namespace Shop.Search.Data;

/// <summary>The Search module's own schema.</summary>
public sealed class SearchDbContext(DbContextOptions<SearchDbContext> options) : DbContext(options)
{
    public DbSet<SearchItem> Items => Set<SearchItem>();

    public DbSet<SkuStock> Availability => Set<SkuStock>();

    public DbSet<CountedOrder> CountedOrders => Set<CountedOrder>();

    public DbSet<Word> Words => Set<Word>();

    public DbSet<ProductRecord> Products => Set<ProductRecord>();

    public DbSet<FacetValue> FacetValues => Set<FacetValue>();

    public DbSet<Rebuild> Rebuilds => Set<Rebuild>();

    public DbSet<MissedSearch> MissedSearches => Set<MissedSearch>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(SearchModule.Schema);
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.HasPostgresExtension("unaccent");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(SearchDbContext).Assembly);
    }
}
