using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Contracts;
using Shop.Products.Domain;

namespace Shop.Products.Pages;

/// <summary>What changed since a revision.</summary>
/// <param name="Revision">Up to and including this one.</param>
/// <param name="Slugs">Of the products that changed; null when there are too many to name.</param>
public sealed record CatalogueChanges(long Revision, IReadOnlyList<string>? Slugs);

/// <summary>
/// The catalogue's questions, each one prepared statement over the truth itself, in one snapshot: no copies to keep in step. They are
/// SQL because they are the hot path and because stock is joined in.
/// </summary>
public sealed class ProductReads([FromKeyedServices(ProductsModule.Schema)] NpgsqlDataSource database)
{
    /// <summary>More changed products than this are not named one by one.</summary>
    private const int MaxNamedChanges = 1_000;

    private const string Page = """
        select p.id, p.slug, p.title, p.vendor, p.category, p.images -> 0 ->> 'url', v.price_from, v.currency, v.available
        from (select * from products.products where status = 1 and {0} order by id desc limit $1) p
        cross join lateral (
          select min(v.price_minor) as price_from, min(v.price_currency) as currency, coalesce(bool_or(a.in_stock), false) as available
          from products.variants v left join products.availability a on a.sku = v.sku
          where v.product_id = p.id) v
        order by p.id desc
        """;

    private static readonly string PageOfAll = Page.Replace("{0}", "id < $2");
    private static readonly string PageOfCategory = Page.Replace("{0}", "id < $2 and category = $3");

    // The product's own columns come with its first variant only, which is always at position 0.
    private const string Product = """
        select p.id, p.version, p.revision, p.status, p.slug, p.title, p.vendor, p.category, p.option_names,
               case when v.position = 0 then p.description end, case when v.position = 0 then p.images::text end,
               v.sku, v.option_values, v.price_minor, v.price_currency, v.compare_at_minor, v.barcode, coalesce(a.in_stock, false)
        from products.products p
        join products.variants v on v.product_id = p.id
        left join products.availability a on a.sku = v.sku
        where p.slug = $1 and (p.status = 1 or $2)
        order by v.position
        """;

    private const string Categories = """
        select slug, name from products.categories c
        where exists (select from products.products p where p.category = c.slug and p.status = 1)
        order by name, slug
        """;

    private const string Changes = """
        select c.revision, p.slug from products.catalogue c
        left join lateral (select slug from products.products where revision > $1 limit $2) p on true
        """;

    private const string Offered = """
        select v.sku, p.id, p.title, v.option_values, v.price_minor, v.price_currency
        from products.variants v join products.products p on p.id = v.product_id
        where v.sku = any($1) and p.status = 1
        """;

    /// <summary>Published products, newest first, after the given one; one more than a page holds when there is a next page.</summary>
    public async Task<List<ProductItem>> PageAsync(string? category, Guid? after, int limit, CancellationToken cancellationToken)
    {
        var before = new NpgsqlParameter<Guid> { TypedValue = after ?? Guid.AllBitsSet };
        var rows = new NpgsqlParameter<int> { TypedValue = limit + 1 };
        var items = new List<ProductItem>(limit + 1);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = category is null
            ? await PrepareAsync(connection, PageOfAll, cancellationToken, rows, before)
            : await PrepareAsync(
                connection,
                PageOfCategory,
                cancellationToken,
                rows,
                before,
                new NpgsqlParameter<string> { TypedValue = category }
            );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    StringOrNull(reader, 3),
                    StringOrNull(reader, 4),
                    StringOrNull(reader, 5),
                    new Money(reader.GetInt64(6), reader.GetString(7)),
                    reader.GetBoolean(8)
                )
            );
        }
        return items;
    }

    /// <summary>A product by its address, rendered; null when there is none to show.</summary>
    /// <param name="slug">Its address.</param>
    /// <param name="drafts">Whether a draft may be shown.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Document?> ProductAsync(string slug, bool drafts, CancellationToken cancellationToken)
    {
        if (!Slugs.IsValid(slug))
            return null;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await PrepareAsync(
            connection,
            Product,
            cancellationToken,
            new NpgsqlParameter<string> { TypedValue = slug },
            new NpgsqlParameter<bool> { TypedValue = drafts }
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var optionNames = reader.GetFieldValue<string[]>(8);
        var etag = Document.ETagOf(reader.GetInt64(1), reader.GetInt64(2));
        var images = JsonSerializer.Deserialize<List<ImageDetail>>(reader.GetString(10), JsonSerializerOptions.Web)!;
        var head = new ProductDetail(
            reader.GetGuid(0),
            reader.GetString(4),
            reader.GetString(5),
            reader.GetString(9),
            StringOrNull(reader, 6),
            StringOrNull(reader, 7),
            reader.GetInt32(3) == (int)ProductStatus.Published ? "published" : "draft",
            [],
            [],
            images
        );
        var variants = new List<VariantDetail>();
        var values = optionNames.Select(_ => new List<string>()).ToArray();
        do
        {
            var own = reader.GetFieldValue<string[]>(12);
            for (var i = 0; i < own.Length; i++)
                if (!values[i].Contains(own[i]))
                    values[i].Add(own[i]);
            variants.Add(ReadVariant(reader, optionNames, own));
        } while (await reader.ReadAsync(cancellationToken));
        var options = optionNames.Select((name, i) => new OptionDetail(name, values[i])).ToArray();
        return Document.Of(head with { Options = options, Variants = variants }, etag);
    }

    /// <summary>Categories with something on sale, by name.</summary>
    public async Task<List<CategoryItem>> CategoriesAsync(CancellationToken cancellationToken)
    {
        var items = new List<CategoryItem>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await PrepareAsync(connection, Categories, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            items.Add(new(reader.GetString(0), reader.GetString(1)));
        return items;
    }

    /// <summary>What changed after a revision.</summary>
    public async Task<CatalogueChanges> ChangesSinceAsync(long revision, CancellationToken cancellationToken)
    {
        var slugs = new List<string>();
        var now = revision;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await PrepareAsync(
            connection,
            Changes,
            cancellationToken,
            new NpgsqlParameter<long> { TypedValue = revision },
            new NpgsqlParameter<int> { TypedValue = MaxNamedChanges + 1 }
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            now = reader.GetInt64(0);
            if (StringOrNull(reader, 1) is { } slug)
                slugs.Add(slug);
        }
        return new(now, slugs.Count > MaxNamedChanges ? null : slugs);
    }

    /// <summary>What the shop asks for these SKUs, as committed now.</summary>
    public async Task<List<Offer>> OffersAsync(IReadOnlyList<string> skus, CancellationToken cancellationToken)
    {
        var offers = new List<Offer>(skus.Count);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = await PrepareAsync(
            connection,
            Offered,
            cancellationToken,
            new NpgsqlParameter<string[]> { TypedValue = [.. skus] }
        );
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

    private static VariantDetail ReadVariant(NpgsqlDataReader reader, string[] optionNames, string[] values)
    {
        var currency = reader.GetString(14);
        var options = new Dictionary<string, string>(values.Length);
        for (var i = 0; i < values.Length; i++)
            options[optionNames[i]] = values[i];
        return new(
            reader.GetString(11),
            string.Join(" / ", values),
            options,
            new Money(reader.GetInt64(13), currency),
            reader.IsDBNull(15) ? null : new Money(reader.GetInt64(15), currency),
            StringOrNull(reader, 16),
            reader.GetBoolean(17)
        );
    }

    private static string? StringOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    // Npgsql remembers what a pooled connection has prepared, so this is a round trip once per connection.
    private static async ValueTask<NpgsqlCommand> PrepareAsync(
        NpgsqlConnection connection,
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
}
