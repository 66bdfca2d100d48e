using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Contracts;
using Shop.Products.Domain;

namespace Shop.Products.Pages;

/// <summary>What changed since a revision.</summary>
/// <param name="Revision">Up to and including this one.</param>
/// <param name="Slugs">Of the products that changed, former ones included; null when there are too many to name.</param>
public sealed record CatalogueChanges(long Revision, IReadOnlyList<string>? Slugs);

/// <summary>
/// The catalogue's questions, each one prepared statement over the truth itself, in one snapshot: no copies to keep in step. They are
/// SQL because they are the hot path and because stock is joined in.
/// </summary>
public sealed class ProductReads([FromKeyedServices(ProductsModule.Schema)] NpgsqlDataSource database)
{
    /// <summary>More changed products than this are not named one by one.</summary>
    private const int MaxNamedChanges = 5_000;

    private const string Page = """
        select p.id, p.slug, p.title, p.vendor, p.category, p.images -> 0 ->> 'url', v.price_from, v.available, {place}
        from ({source}) p
        cross join lateral (
          select min(case when v.price_currency = $1 then v.price_minor else (v.other_prices -> $1 ->> 'minor')::bigint end) as price_from,
                 coalesce(bool_or(a.in_stock), false) as available
          from products.variants v left join products.availability a on a.sku = v.sku
          where v.product_id = p.id) v
        order by {order}
        """;

    private static readonly string PageOfAll = Fill(
        "select * from products.products where status = 1 and id < $3 order by id desc limit $2",
        "p.id desc"
    );

    // As many rows from each category of the branch as the page may need, each off its index, and then the newest of those.
    private static readonly string PageOfBranch = Fill(
        """
        select p.* from products.categories c
        cross join lateral (
          select * from products.products where status = 1 and category = c.slug and id < $3 order by id desc limit $2) p
        where c.path @> array[$4] or c.slug = $4
        order by p.id desc limit $2
        """,
        "p.id desc"
    );

    private static readonly string PageOfCollection = Fill(
        """
        select p.*, e.position as place from products.collection_products e
        join products.products p on p.id = e.product_id
        where e.collection = $4 and p.status = 1 and (e.position, e.product_id) > ($5, $3)
        order by e.position, e.product_id limit $2
        """,
        "p.place, p.id",
        "p.place"
    );

    private const string Categories = """
        select slug, name, parent, position from products.categories
        where slug in (
          select unnest(path || slug::text) from products.categories c
          where exists (select from products.products p where p.category = c.slug and p.status = 1))
        order by name, slug
        """;

    // Itself and those above it by their depth, then those below by their place.
    private const string Category = """
        select s.slug, s.name, s.parent, s.version
        from products.categories c join products.categories s on s.slug = any(c.path) or s.parent = c.slug
        where c.slug = $1
        order by cardinality(s.path), s.position, s.name, s.slug
        """;

    private const string Changes = """
        select c.revision, p.slug from products.catalogue c
        left join lateral (
          select slug from products.products where revision > $1
          union all
          select r.slug from products.products p join products.slug_redirects r on r.product_id = p.id where p.revision > $1
          limit $2) p on true
        """;

    private const string Offered = """
        select v.sku, p.id, p.title, v.option_values, v.price_minor, v.price_currency
        from products.variants v join products.products p on p.id = v.product_id
        where v.sku = any($1) and p.status = 1
        """;

    /// <summary>Published products, newest first, after the given one; one more than a page holds when there is a next page.</summary>
    public async Task<List<ProductItem>> PageAsync(
        string? category,
        string currency,
        Guid? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var before = after ?? Guid.AllBitsSet;
        NpgsqlParameter[] values = category is null
            ? [Value(currency), Value(limit + 1), Value(before)]
            : [Value(currency), Value(limit + 1), Value(before), Value(category)];
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await connection.PreparedAsync(category is null ? PageOfAll : PageOfBranch, cancellationToken, values);
        var items = new List<ProductItem>(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            items.Add(ReadItem(reader, currency));
        return items;
    }

    /// <summary>A collection's published products in its order; null when there is no such collection.</summary>
    public async Task<List<(ProductItem Item, int Position)>?> CollectionPageAsync(
        string collection,
        string currency,
        (int Position, Guid Id)? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var items = new List<(ProductItem, int)>(limit + 1);
        await using (
            var command = await connection.PreparedAsync(
                PageOfCollection,
                cancellationToken,
                Value(currency),
                Value(limit + 1),
                Value(after?.Id ?? Guid.Empty),
                Value(collection),
                Value(after?.Position ?? -1)
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
                items.Add((ReadItem(reader, currency), reader.GetInt32(8)));
        return items.Count > 0 || await FindCollectionAsync(connection, collection, cancellationToken) is not null ? items : null;
    }

    /// <summary>A collection; null when there is none.</summary>
    public async Task<CollectionDetail?> CollectionAsync(string slug, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindCollectionAsync(connection, slug, cancellationToken);
    }

    /// <summary>A product by its address, rendered; null when there is none to show.</summary>
    /// <param name="slug">Its address.</param>
    /// <param name="currency">What its prices are shown in.</param>
    /// <param name="drafts">Whether a draft may be shown, or a deleted one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Document?> ProductAsync(string slug, string currency, bool drafts, CancellationToken cancellationToken)
    {
        if (!Slugs.IsAddress(slug))
            return null;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await connection.PreparedAsync(ProductPage.Sql, cancellationToken, Value(slug), Value(drafts));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ProductPage.ReadAsync(reader, currency, cancellationToken);
    }

    /// <summary>Where a former address leads to: a product on sale, or any for staff; null when nowhere.</summary>
    public async Task<string?> RedirectAsync(string slug, bool drafts, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select p.slug from products.slug_redirects r join products.products p on p.id = r.product_id
            where r.slug = $1 and (p.status = 1 or $2)
            """
        );
        command.Parameters.AddRange(new NpgsqlParameter[] { Value(slug), Value(drafts) });
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Categories with something on sale in them or below them, by name.</summary>
    public async Task<List<CategoryItem>> CategoriesAsync(CancellationToken cancellationToken)
    {
        var items = new List<CategoryItem>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await connection.PreparedAsync(Categories, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            items.Add(new(reader.GetString(0), reader.GetString(1), reader.StringOrNull(2), reader.GetInt32(3)));
        return items;
    }

    /// <summary>A category with those above and below it; null when there is none.</summary>
    public async Task<CategoryDetail?> CategoryAsync(string slug, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await connection.PreparedAsync(Category, cancellationToken, Value(slug));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (path, children, version) = (new List<CategoryStep>(), new List<CategoryStep>(), 0L);
        while (await reader.ReadAsync(cancellationToken))
        {
            var step = new CategoryStep(reader.GetString(0), reader.GetString(1));
            (reader.StringOrNull(2) == slug ? children : path).Add(step);
            if (step.Slug == slug)
                version = reader.GetInt64(3);
        }
        return path.Count == 0 ? null : new(slug, path[^1].Name, path, children, version);
    }

    /// <summary>What changed after a revision.</summary>
    public async Task<CatalogueChanges> ChangesSinceAsync(long revision, CancellationToken cancellationToken)
    {
        var slugs = new List<string>();
        var now = revision;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await connection.PreparedAsync(Changes, cancellationToken, Value(revision), Value(MaxNamedChanges + 1));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            now = reader.GetInt64(0);
            if (reader.StringOrNull(1) is { } slug)
                slugs.Add(slug);
        }
        return new(now, slugs.Count > MaxNamedChanges ? null : slugs);
    }

    /// <summary>What the shop asks for these SKUs, as committed now.</summary>
    public async Task<List<Offer>> OffersAsync(IReadOnlyList<string> skus, CancellationToken cancellationToken)
    {
        var offers = new List<Offer>(skus.Count);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await connection.PreparedAsync(Offered, cancellationToken, Value(skus.ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var title = string.Join(" / ", reader.GetFieldValue<string[]>(3)) is { Length: > 0 } variant
                ? $"{reader.GetString(2)} – {variant}"
                : reader.GetString(2);
            offers.Add(new(reader.GetString(0), reader.GetGuid(1), title, new Money(reader.GetInt64(4), reader.GetString(5))));
        }
        return offers;
    }

    private static async Task<CollectionDetail?> FindCollectionAsync(
        NpgsqlConnection connection,
        string slug,
        CancellationToken cancellationToken
    )
    {
        await using var command = await connection.PreparedAsync(
            "select slug, title, description, seo_title, seo_description, version from products.collections where slug = $1",
            cancellationToken,
            Value(slug)
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.StringOrNull(3),
                reader.StringOrNull(4),
                reader.GetInt64(5)
            )
            : null;
    }

    private static ProductItem ReadItem(NpgsqlDataReader reader, string currency) =>
        new(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.StringOrNull(3),
            reader.StringOrNull(4),
            reader.StringOrNull(5),
            reader.IsDBNull(6) ? null : new Money(reader.GetInt64(6), currency),
            reader.GetBoolean(7)
        );

    private static string Fill(string source, string order, string place = "0") =>
        Page.Replace("{source}", source).Replace("{order}", order).Replace("{place}", place);

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}

/// <summary>Statements that are prepared, and cells that may be empty.</summary>
internal static class Prepared
{
    // Npgsql remembers what a pooled connection has prepared, so this is a round trip once per connection.
    public static async ValueTask<NpgsqlCommand> PreparedAsync(
        this NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters
    )
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.PrepareAsync(cancellationToken);
        return command;
    }

    public static string? StringOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
