namespace Shop.Search.Data;

/// <summary>How a row of the index is made of what is known of a product: one text for events and for rebuilds.</summary>
internal static class IndexRows
{
    /// <summary>The index that is searched.</summary>
    public const string Live = "search.items";

    /// <summary>The one that a rebuild fills; it exists only meanwhile.</summary>
    public const string Next = "search.items_next";

    /// <summary>The language of the index that is searched.</summary>
    public const string LiveLanguage = "(select language from search.state)";

    /// <summary>Writes the rows of products that are sold; existing ones are replaced.</summary>
    /// <param name="index"><see cref="Live"/> or <see cref="Next"/>.</param>
    /// <param name="language">SQL for the language's name.</param>
    /// <param name="which">SQL condition on <c>p</c>.</param>
    public static string Fill(string index, string language, string which) =>
        $"""
            insert into {index} as known (product_id, slug, title, title_key, category, image_url, price_minor, price_currency, codes,
                                          document, head, facets, in_stock, published_at, sold)
            select product_id, slug, title, lower(unaccent(title)), category, image_url, price_minor, price_currency, codes,
                   head || strip(to_tsvector(config, description)), head, facets,
                   exists (select from search.availability a where a.sku = any(skus) and a.in_stock), published_at, sold
            from search.products p,
              lateral (select ('search.' || {language})::regconfig as config) as l,
              lateral (
                select setweight(to_tsvector(config, title), 'A') || setweight(to_tsvector(config, array_to_string(codes, ' ')), 'B')
                         || setweight(to_tsvector(config, concat_ws(' ', vendor, coalesce(path_words, replace(category, '-', ' ')),
                                                                    option_words, attribute_words)), 'C') as head,
                       array(select distinct unnest(own_facets || path_facets || option_facets || attribute_facets)) as facets) as made
            where published and {which}
            order by product_id
            on conflict (product_id) do update set
              slug = excluded.slug, title = excluded.title, title_key = excluded.title_key, category = excluded.category,
              image_url = excluded.image_url, price_minor = excluded.price_minor, price_currency = excluded.price_currency,
              codes = excluded.codes, document = excluded.document, head = excluded.head, facets = excluded.facets,
              in_stock = excluded.in_stock, published_at = excluded.published_at, sold = excluded.sold
            """;

    /// <summary>Notes products for the rebuild that is active, if any.</summary>
    /// <param name="ids">SQL for an array of ids.</param>
    public static string NoteChanges(string ids) =>
        $"""
            insert into search.rebuild_changes (product_id)
            select unnest({ids}) where exists (select from search.rebuilds where active)
            """;
}
