using Microsoft.EntityFrameworkCore;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>Where a batch's products stand: categories and collections, new ones made as the file names them.</summary>
internal sealed class ImportShelves(ProductsDbContext db)
{
    /// <summary>
    /// Finds the categories that the products name: by address, else by name, else by the address the name makes; new ones are made at the root.
    /// </summary>
    public async Task NameCategoriesAsync(IReadOnlyList<ImportedProduct> products, CancellationToken cancellationToken)
    {
        var named = products.Where(p => p.CategorySlug is null && p.Category is not null).ToList();
        var names = named.Select(p => p.CategoryName!).Distinct().ToArray();
        if (names.Length > 0)
        {
            var known = await db
                .Categories.AsNoTracking()
                .Where(c => names.Contains(c.Name))
                .OrderBy(c => c.Slug)
                .Select(c => new { c.Name, c.Slug })
                .ToListAsync(cancellationToken);
            var byName = known.GroupBy(c => c.Name).ToDictionary(g => g.Key, g => g.Select(c => c.Slug).ToArray());
            foreach (var product in named)
                if (byName.TryGetValue(product.CategoryName!, out var slugs) && !slugs.Contains(product.Category))
                    product.CategorySlug = slugs[0];
        }
        var wanted = products.Where(p => p.Category is not null).DistinctBy(p => p.Category).ToArray();
        if (wanted.Length > 0)
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into products.categories (slug, name, path, position)
                select slug, name, array[slug], 0
                from unnest({wanted.Select(p => p.Category!).ToArray()}, {wanted
                    .Select(p => p.CategoryName ?? p.Category!)
                    .ToArray()}) as c (slug, name)
                order by slug
                on conflict do nothing
                """,
                cancellationToken
            );
    }

    /// <summary>Handles of the products that aren't in exactly the collections that the file names.</summary>
    public async Task<HashSet<string>> FindMovedAsync(
        IReadOnlyList<ImportedProduct> products,
        IReadOnlyDictionary<string, Product> known,
        CancellationToken cancellationToken
    )
    {
        var ids = products.Where(p => known.ContainsKey(p.Slug)).Select(p => known[p.Slug].Id).ToArray();
        var entries =
            ids.Length == 0
                ? []
                : await db
                    .CollectionEntries.AsNoTracking()
                    .Where(e => ids.Contains(e.ProductId))
                    .Select(e => new { e.ProductId, e.Collection })
                    .ToListAsync(cancellationToken);
        var places = entries.ToLookup(e => e.ProductId, e => e.Collection);
        return
        [
            .. products
                .Where(p =>
                    !p
                        .Collections.Select(c => c.Slug)
                        .ToHashSet()
                        .SetEquals(known.TryGetValue(p.Slug, out var product) ? places[product.Id] : [])
                )
                .Select(p => p.Slug),
        ];
    }

    /// <summary>Puts the products into the collections that the file names, new ones at the end, and out of all others.</summary>
    public Task PlaceInCollectionsAsync(IReadOnlyList<ImportedProduct> products, CancellationToken cancellationToken)
    {
        var pairs = products.SelectMany(p => p.Collections.Select(c => (p.Slug, Collection: c.Slug, c.Title))).ToArray();
        var slugs = products.Select(p => p.Slug).ToArray();
        var members = pairs.Select(p => p.Slug).ToArray();
        var collections = pairs.Select(p => p.Collection).ToArray();
        var titles = pairs.Select(p => p.Title).ToArray();
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into products.collections (slug, title, description, version)
            select distinct on (slug) slug, title, '', 1 from unnest({collections}, {titles}) as c (slug, title) order by slug
            on conflict do nothing;
            delete from products.collection_products e using products.products p
            where p.id = e.product_id and p.slug = any({slugs})
              and not exists (
                select from unnest({members}, {collections}) as m (slug, collection)
                where m.slug = p.slug and m.collection = e.collection);
            insert into products.collection_products (collection, product_id, position)
            select m.collection, p.id,
              row_number() over (partition by m.collection order by m.place)
                + coalesce((select max(position) from products.collection_products e where e.collection = m.collection), -1)
            from unnest({members}, {collections}) with ordinality as m (slug, collection, place)
            join products.products p on p.slug = m.slug
            where not exists (
              select from products.collection_products e where e.collection = m.collection and e.product_id = p.id)
            """,
            cancellationToken
        );
    }
}
