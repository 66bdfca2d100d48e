using Microsoft.EntityFrameworkCore;
using Shop.Products.Contracts;
using Shop.Search.Data;

namespace Shop.Search.Subscriptions;

/// <summary>Indexes products, all of a message in one round trip.</summary>
public sealed class OnProductsPublishedHandler
{
    private const string Taken = """
        select n, told.title from unnest({0}, {2}, {20}) with ordinality as told (product_id, title, version, n)
        join search.products using (product_id, version)
        """;

    // The SKUs' rows are there and locked before it's asked which can be bought, so that a word of Inventory at the same time isn't missed.
    // Facets' values that are known already are left alone: to touch a vendor's row would have all messages about its products wait for each other.
    // What a snapshot of an earlier version doesn't tell is kept: the way to a category, unless it is another one, and a category's name.
    // Values and words are those of products that now stand at the version told here: a late snapshot's names are as old as it is.
    private static readonly string Sql = $$"""
        insert into search.availability (sku, in_stock, version)
        select distinct sku, false, -1 from unnest({16}) as sku order by sku
        on conflict do nothing;
        select from search.availability where sku = any({16}) order by sku for share;
        insert into search.products as known (product_id, slug, title, description, vendor, category, image_url, price_minor, price_currency,
                                              skus, codes, own_facets, path_facets, path_words, option_facets, option_words,
                                              attribute_facets, attribute_words, published_at, version, published, sold)
        select distinct on (product_id)
               product_id, slug, title, description, vendor, category, image_url, price_minor, price_currency,
               string_to_array(skus, e'\n'), string_to_array(codes, e'\n'), string_to_array(own, ',')::bigint[],
               string_to_array(path, ',')::bigint[], path_words, string_to_array(options, ',')::bigint[], option_words,
               string_to_array(attributes, ',')::bigint[], attribute_words, published_at::timestamptz, version, true, 0
        from unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {13}, {14}, {15}, {17}, {18}, {19}, {20}) as said
          (product_id, slug, title, description, vendor, category, image_url, price_minor, price_currency, skus, codes, own,
           path, path_words, options, option_words, attributes, attribute_words, published_at, version)
        order by product_id, version desc
        on conflict (product_id) do update set
          slug = excluded.slug, title = excluded.title, description = excluded.description, vendor = excluded.vendor,
          category = excluded.category, image_url = excluded.image_url, price_minor = excluded.price_minor,
          price_currency = excluded.price_currency, skus = excluded.skus, codes = excluded.codes, own_facets = excluded.own_facets,
          path_facets = case when known.category is distinct from excluded.category then excluded.path_facets
                             else coalesce(excluded.path_facets, known.path_facets) end,
          path_words = case when known.category is distinct from excluded.category then excluded.path_words
                            else coalesce(excluded.path_words, known.path_words) end,
          option_facets = coalesce(excluded.option_facets, known.option_facets),
          option_words = coalesce(excluded.option_words, known.option_words),
          attribute_facets = coalesce(excluded.attribute_facets, known.attribute_facets),
          attribute_words = coalesce(excluded.attribute_words, known.attribute_words),
          published_at = coalesce(excluded.published_at, known.published_at),
          version = excluded.version, published = true
        where known.version < excluded.version;
        {{IndexRows.Fill(IndexRows.Live, IndexRows.LiveLanguage, "p.product_id = any({0})")}};
        with taken as materialized ({{Taken}})
        insert into search.facet_values as known (id, facet, facet_label, value, label, label_key, parent)
        select id, facet, facet_label, value, label, lower(unaccent(label)), parent
        from (
          select distinct on (id) *
          from unnest({21}, {22}, {23}, {24}, {25}, {26}, {27}) with ordinality as told (id, facet, facet_label, value, label, parent, products, place)
          where string_to_array(products, ',')::bigint[] && (select array_agg(n) from taken)
          order by id, place) as said
        where not exists (
          select from search.facet_values v
          where v.id = said.id and (v.label, v.facet_label) = (said.label, said.facet_label) and v.parent is not distinct from said.parent)
        order by id
        on conflict (id) do update set label = excluded.label, label_key = excluded.label_key, parent = excluded.parent, facet_label = excluded.facet_label
        where (known.label, known.parent, known.facet_label) is distinct from (excluded.label, excluded.parent, excluded.facet_label)
          and (excluded.facet <> 'category' or excluded.label <> excluded.value);
        insert into search.words (text)
        select distinct text from ({{Taken}}) as taken, regexp_split_to_table(lower(unaccent(title)), '[^[:alpha:]]+') as text
        where length(text) between 3 and 40
        order by text
        on conflict do nothing;
        {{IndexRows.NoteChanges("{0}")}}
        """;

    /// <summary>Only a newer version is taken: what comes twice, late or after a withdrawal changes nothing.</summary>
    public static Task Handle(ProductsPublished message, SearchDbContext db, CancellationToken cancellationToken)
    {
        var products = message.Products;
        var cheapest = products.Select(p => p.Variants.MinBy(v => v.Price.Minor)!.Price).ToArray();
        var traits = products.Select(p => new ProductTraits(p)).ToArray();
        var values = traits
            .SelectMany((t, i) => t.All.Select(value => (Value: value, Product: i + 1)))
            .GroupBy(v => (v.Value.Id, v.Value.FacetLabel, v.Value.Label, v.Value.Parent))
            .Select(told => (told.First().Value, Products: string.Join(',', told.Select(v => v.Product))))
            .ToArray();
        // Arrays of arrays don't survive unnest; SKUs and barcodes hold no line breaks.
        return db.Database.ExecuteSqlRawAsync(
            Sql,
            [
                products.Select(p => p.ProductId).ToArray(),
                products.Select(p => p.Slug).ToArray(),
                products.Select(p => p.Title).ToArray(),
                products.Select(p => p.Description).ToArray(),
                products.Select(p => p.Vendor).ToArray(),
                products.Select(p => p.Category).ToArray(),
                products.Select(p => p.ImageUrl).ToArray(),
                cheapest.Select(price => price.Minor).ToArray(),
                cheapest.Select(price => price.Currency).ToArray(),
                products.Select(p => string.Join('\n', p.Variants.Select(v => v.Sku))).ToArray(),
                products.Select(p => string.Join('\n', CodesOf(p))).ToArray(),
                traits.Select(t => ProductTraits.Ids(t.Own)).ToArray(),
                traits.Select(t => ProductTraits.Ids(t.Path)).ToArray(),
                traits.Select(t => ProductTraits.Words(t.Path)).ToArray(),
                traits.Select(t => ProductTraits.Ids(t.Options)).ToArray(),
                traits.Select(t => ProductTraits.Words(t.Options)).ToArray(),
                products.SelectMany(p => p.Variants).Select(v => v.Sku).ToArray(),
                traits.Select(t => ProductTraits.Ids(t.Attributes)).ToArray(),
                traits.Select(t => ProductTraits.Words(t.Attributes)).ToArray(),
                products.Select(p => p.PublishedAt?.ToString("O")).ToArray(),
                products.Select(p => p.Version).ToArray(),
                values.Select(v => v.Value.Id).ToArray(),
                values.Select(v => v.Value.Facet).ToArray(),
                values.Select(v => v.Value.FacetLabel).ToArray(),
                values.Select(v => v.Value.Value).ToArray(),
                values.Select(v => v.Value.Label).ToArray(),
                values.Select(v => v.Value.Parent).ToArray(),
                values.Select(v => v.Products).ToArray(),
            ],
            cancellationToken
        );
    }

    private static IEnumerable<string> CodesOf(ProductSnapshot product) =>
        product.Variants.SelectMany(v => new[] { v.Sku, v.Barcode }).OfType<string>().Select(code => code.ToUpperInvariant());
}
