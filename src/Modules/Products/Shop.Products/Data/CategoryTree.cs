using Microsoft.EntityFrameworkCore;

namespace Shop.Products.Data;

/// <summary>Changes that concern a whole branch of categories, each in one statement. The catalogue's lock must be held.</summary>
internal static class CategoryTree
{
    /// <summary>Levels from the root to the deepest category of the branch.</summary>
    public static async Task<int> DepthBelowAsync(ProductsDbContext db, string slug, CancellationToken cancellationToken) =>
        (
            await db
                .Database.SqlQuery<int>(
                    $"select coalesce(max(cardinality(path)), 1) as value from products.categories where path @> array[{slug}]"
                )
                .ToListAsync(cancellationToken)
        )[0];

    /// <summary>
    /// Gives a category its name and place, and those below it their way from the root. Products of the branch get a new version, and are
    /// told to the others in the background: there may be a hundred thousand of them. A process of the version before knows no paths and
    /// leaves them empty.
    /// </summary>
    public static async Task ChangeAsync(
        ProductsDbContext db,
        string slug,
        string name,
        string? parent,
        int position,
        IReadOnlyList<string> above,
        int depth,
        CancellationToken cancellationToken
    )
    {
        string[] path = [.. above];
        await db.Database.ExecuteSqlAsync(
            $"""
            update products.categories set
              path = {path} || case when cardinality(path) = 0 then array[slug::text] else path[{depth}:] end,
              name = case when slug = {slug} then {name} else name end,
              parent = case when slug = {slug} then {parent} else parent end,
              position = case when slug = {slug} then {position} else position end,
              version = version + 1
            where path @> array[{slug}] or slug = {slug}
            """,
            cancellationToken
        );
        await AnnounceAsync(
            db,
            $"""
            with tick as (update products.catalogue set revision = revision + 1 returning revision),
            changed as (
              update products.products p set version = p.version + 1, revision = tick.revision
              from tick, products.categories c
              where p.category = c.slug and c.path @> array[{slug}]
              returning p.id, p.status)
            insert into products.announcements (product_id, priority) select id, 0 from changed where status = 1
            on conflict (product_id) do update set priority = 0
            """,
            cancellationToken
        );
    }

    /// <summary>Gives all products with a value of the attribute a new version and lets the others know in the background.</summary>
    public static Task AnnounceAttributeAsync(ProductsDbContext db, string code, CancellationToken cancellationToken) =>
        AnnounceAsync(
            db,
            $"""
            with tick as (update products.catalogue set revision = revision + 1 returning revision),
            changed as (
              update products.products p set version = p.version + 1, revision = tick.revision
              from tick where jsonb_exists(p.attributes, {code})
              returning p.id, p.status)
            insert into products.announcements (product_id, priority) select id, 0 from changed where status = 1
            on conflict (product_id) do update set priority = 0
            """,
            cancellationToken
        );

    private static Task AnnounceAsync(ProductsDbContext db, FormattableString sql, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(sql, cancellationToken);
}
