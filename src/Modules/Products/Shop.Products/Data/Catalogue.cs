using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage;
using Shop.Products.Contracts;

namespace Shop.Products.Data;

/// <summary>
/// The catalogue's clock: one row whose revision rises with each transaction that changes something a reader can see. Every such
/// transaction locks the row before it touches any other, so writers come one after another: revisions are committed in their order,
/// no two writers can deadlock, and who has seen revision n has seen every row stamped with n or less. That is what lets each
/// process keep finished responses in memory (docs/adr/0010).
/// </summary>
public sealed class Catalogue
{
    /// <summary>There is one row.</summary>
    public short Id { get; init; }

    /// <summary>Number of the last change.</summary>
    public long Revision { get; init; }

    /// <summary>Opens a transaction and waits for its turn to write.</summary>
    public static async Task<IDbContextTransaction> BeginAsync(ProductsDbContext db, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await LockAsync(db, cancellationToken);
        return transaction;
    }

    /// <summary>
    /// Waits for the turn to write, inside the transaction that is open: a while longer than elsewhere, as the batch of an import may be
    /// before us. Statements after it see all that was written before.
    /// </summary>
    public static Task LockAsync(ProductsDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            "set local lock_timeout = '8s'; select revision from products.catalogue for update",
            cancellationToken
        );

    /// <summary>The next revision, for the rows this transaction changes. The lock must be held.</summary>
    public static async Task<long> TickAsync(ProductsDbContext db, CancellationToken cancellationToken) =>
        (
            await db
                .Database.SqlQueryRaw<long>("update products.catalogue set revision = revision + 1 returning revision")
                .ToListAsync(cancellationToken)
        )[0];

    /// <summary>The category of this name, or else of the address it makes, or a new one at the root; its slug, or null for no name.</summary>
    public static async Task<string?> CategoryAsync(ProductsDbContext db, string? name, CancellationToken cancellationToken)
    {
        if (Domain.Slugs.From(name ?? "") is not { Length: > 0 } slug)
            return null;
        var found = await db
            .Database.SqlQuery<string>(
                $"""
                with known as (
                  select slug from products.categories where name = {name} or slug = {slug}
                  order by name = {name} desc, slug = {slug} desc, slug limit 1),
                made as (
                  insert into products.categories (slug, name, path, position)
                  select {slug}, {name}, array[{slug}], 0 where not exists (select from known)
                  on conflict do nothing returning slug)
                select slug as value from known union all select slug from made
                """
            )
            .ToListAsync(cancellationToken);
        return found.FirstOrDefault(slug);
    }

    /// <summary>What the snapshots of these products need to know about categories and attributes.</summary>
    public static async Task<Domain.Shelving> ShelvingAsync(
        ProductsDbContext db,
        IReadOnlyCollection<Domain.Product> products,
        CancellationToken cancellationToken
    )
    {
        var shelves = products.Select(p => p.Category).OfType<string>().Distinct().ToArray();
        var steps =
            shelves.Length == 0
                ? []
                : await db
                    .Database.SqlQuery<CategoryOnPath>(
                        $"""
                        select c.slug as of, s.slug, s.name
                        from products.categories c
                        cross join lateral unnest(c.path) with ordinality as step (slug, depth)
                        join products.categories s on s.slug = step.slug
                        where c.slug = any({shelves})
                        order by c.slug, step.depth
                        """
                    )
                    .ToListAsync(cancellationToken);
        var codes = products.SelectMany(p => p.Attributes.Keys).Distinct().ToArray();
        var attributes =
            codes.Length == 0 ? [] : await db.Attributes.AsNoTracking().Where(a => codes.Contains(a.Code)).ToListAsync(cancellationToken);
        return new(
            steps
                .GroupBy(s => s.Of)
                .ToDictionary(g => g.Key, IReadOnlyList<CategorySnapshot> (g) => [.. g.Select(s => new CategorySnapshot(s.Slug, s.Name))]),
            attributes.ToDictionary(a => a.Code)
        );
    }

    private sealed record CategoryOnPath(string Of, string Slug, string Name);

    /// <summary>
    /// Notes SKUs that the catalogue meets for the first time, and says which those are: only they get their opening stock, so neither a
    /// second import nor a variant that comes back books stock twice.
    /// </summary>
    public static async Task<IReadOnlySet<string>> MeetAsync(
        ProductsDbContext db,
        IEnumerable<string> skus,
        CancellationToken cancellationToken
    ) =>
        await db
            .Database.SqlQueryRaw<string>(
                """
                insert into products.availability (sku, in_stock, version)
                select sku, false, {1} from unnest({0}) as sku
                on conflict do nothing
                returning sku
                """,
                skus.Distinct().Order(StringComparer.Ordinal).ToArray(),
                Domain.Availability.Unheard
            )
            .ToHashSetAsync(cancellationToken);
}

internal sealed class CatalogueConfiguration : IEntityTypeConfiguration<Catalogue>
{
    public void Configure(EntityTypeBuilder<Catalogue> catalogue)
    {
        catalogue.ToTable("catalogue", table => table.HasCheckConstraint("ck_catalogue_one_row", "id = 1"));
        catalogue.HasKey(c => c.Id);
        catalogue.Property(c => c.Id).ValueGeneratedNever();
        catalogue.HasData(new Catalogue { Id = 1, Revision = 0 });
    }
}
