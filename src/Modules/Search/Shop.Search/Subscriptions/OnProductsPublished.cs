using Microsoft.EntityFrameworkCore;
using Shop.Products.Contracts;
using Shop.Search.Data;

namespace Shop.Search.Subscriptions;

/// <summary>Indexes products, all of a message in one statement.</summary>
public sealed class OnProductsPublishedHandler
{
    /// <summary>Only a newer version is taken: what comes twice, late or after a withdrawal changes nothing.</summary>
    public static async Task Handle(ProductsPublished message, SearchDbContext db, CancellationToken cancellationToken)
    {
        var products = message.Products;
        var cheapest = products.Select(p => p.Variants.MinBy(v => v.Price.Minor)!.Price).ToArray();
        // Arrays of arrays don't survive unnest; SKUs and barcodes hold no line breaks.
        await db.Database.ExecuteSqlRawAsync(
            """
            with said as (
              select distinct on (product_id) *,
                     setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', skus), 'B')
                       || setweight(to_tsvector('english', vendor || ' ' || replace(category, '-', ' ')), 'C') as head
              from unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}) as said
                (product_id, slug, title, category, image_url, price_minor, price_currency, skus, codes, vendor, description, version)
              order by product_id, version desc),
            indexed as (
              insert into search.items as known (product_id, slug, title, category, image_url, price_minor, price_currency,
                                                 skus, codes, document, head, version, published, sold)
              select product_id, slug, title, nullif(category, ''), nullif(image_url, ''), price_minor, price_currency,
                     string_to_array(skus, e'\n'), string_to_array(codes, e'\n'), head || to_tsvector('english', description), head,
                     version, true, 0
              from said
              order by product_id
              on conflict (product_id) do update set
                slug = excluded.slug, title = excluded.title, category = excluded.category, image_url = excluded.image_url,
                price_minor = excluded.price_minor, price_currency = excluded.price_currency, skus = excluded.skus,
                codes = excluded.codes, document = excluded.document, head = excluded.head, version = excluded.version, published = true
              where known.version < excluded.version
              returning title)
            insert into search.words (text)
            select distinct text from indexed, regexp_split_to_table(lower(title), '[^[:alpha:]]+') as text
            where length(text) between 3 and 40
            order by text
            on conflict do nothing
            """,
            [
                products.Select(p => p.ProductId).ToArray(),
                products.Select(p => p.Slug).ToArray(),
                products.Select(p => p.Title).ToArray(),
                products.Select(p => p.Category ?? "").ToArray(),
                products.Select(p => p.ImageUrl ?? "").ToArray(),
                cheapest.Select(price => price.Minor).ToArray(),
                cheapest.Select(price => price.Currency).ToArray(),
                products.Select(p => string.Join('\n', p.Variants.Select(v => v.Sku))).ToArray(),
                products.Select(p => string.Join('\n', CodesOf(p))).ToArray(),
                products.Select(p => p.Vendor ?? "").ToArray(),
                products.Select(p => p.Description).ToArray(),
                products.Select(p => p.Version).ToArray(),
            ],
            cancellationToken
        );
    }

    private static IEnumerable<string> CodesOf(ProductSnapshot product) =>
        product.Variants.SelectMany(v => new[] { v.Sku, v.Barcode }).OfType<string>().Select(code => code.ToUpperInvariant());
}
