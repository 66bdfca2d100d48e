using System.Text.Json;
using Npgsql;
using Shop.BuildingBlocks.Contracts;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Pages;

/// <summary>All that a product's page shows, by one statement, as a document.</summary>
internal static class ProductPage
{
    // The product's own columns come with its first variant only, which is always at position 0.
    public const string Sql = """
        select p.id, p.version, p.revision, p.status, p.slug, p.title, p.vendor, p.category, p.option_names,
               case when v.position = 0 then p.description end, case when v.position = 0 then p.images::text end,
               v.sku, v.option_values, v.price_minor, v.price_currency, v.compare_at_minor, v.barcode, coalesce(a.in_stock, false),
               v.weight_grams, v.other_prices::text,
               p.tax_category, p.seo_title, p.seo_description, coalesce(p.published_at, case when p.status = 1 then p.created_at end),
               p.deleted_at is not null,
               case when v.position = 0 then (
                 select jsonb_agg(jsonb_build_object('slug', s.slug, 'name', s.name) order by step.depth)::text
                 from products.categories c
                 cross join lateral unnest(c.path) with ordinality as step (slug, depth)
                 join products.categories s on s.slug = step.slug
                 where c.slug = p.category) end,
               case when v.position = 0 and p.attributes <> '{}' then (
                 select jsonb_agg(
                   jsonb_build_object('code', d.code, 'label', d.label, 'kind', d.kind, 'value', p.attributes ->> d.code)
                   order by d.position, d.code)::text
                 from products.attributes d where p.attributes ? d.code) end
        from products.products p
        join products.variants v on v.product_id = p.id
        left join products.availability a on a.sku = v.sku
        where p.slug = $1 and (p.status = 1 or $2)
        order by v.position
        """;

    private sealed record StoredAttribute(string Code, string Label, AttributeKind Kind, string Value);

    /// <summary>The document; null when there is no row.</summary>
    public static async Task<Document?> ReadAsync(NpgsqlDataReader reader, string currency, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var optionNames = reader.GetFieldValue<string[]>(8);
        var etag = Document.ETagOf(reader.GetInt64(1), reader.GetInt64(2));
        var head = ReadHead(reader);
        var variants = new List<VariantDetail>();
        var values = optionNames.Select(_ => new List<string>()).ToArray();
        do
        {
            var own = reader.GetFieldValue<string[]>(12);
            for (var i = 0; i < own.Length; i++)
                if (!values[i].Contains(own[i]))
                    values[i].Add(own[i]);
            variants.Add(ReadVariant(reader, optionNames, own, currency));
        } while (await reader.ReadAsync(cancellationToken));
        var options = optionNames.Select((name, i) => new OptionDetail(name, values[i])).ToArray();
        return Document.Of(head with { Options = options, Variants = variants }, etag);
    }

    private static ProductDetail ReadHead(NpgsqlDataReader reader)
    {
        DateTimeOffset? publishedAt = reader.IsDBNull(23) ? null : reader.GetFieldValue<DateTimeOffset>(23);
        var status =
            reader.GetBoolean(24) ? "deleted"
            : reader.GetInt32(3) == (int)ProductStatus.Published ? "published"
            : publishedAt is null ? "draft"
            : "scheduled";
        return new ProductDetail(
            reader.GetGuid(0),
            reader.GetString(4),
            reader.GetString(5),
            reader.GetString(9),
            reader.StringOrNull(6),
            reader.StringOrNull(7),
            status,
            [],
            [],
            Parse<ImageDetail>(reader.GetString(10))
        )
        {
            CategoryPath = Parse<CategoryStep>(reader.StringOrNull(25)),
            Attributes =
            [
                .. Parse<StoredAttribute>(reader.StringOrNull(26))
                    .Select(a => new AttributeDetail(a.Code, a.Label, a.Kind.ToString().ToLowerInvariant(), a.Value)),
            ],
            TaxCategory = reader.StringOrNull(20),
            SeoTitle = reader.StringOrNull(21),
            SeoDescription = reader.StringOrNull(22),
            PublishedAt = publishedAt,
        };
    }

    private static VariantDetail ReadVariant(NpgsqlDataReader reader, string[] optionNames, string[] values, string currency)
    {
        var options = new Dictionary<string, string>(values.Length);
        for (var i = 0; i < values.Length; i++)
            options[optionNames[i]] = values[i];
        var own = reader.GetString(14);
        var others = reader.GetString(19);
        List<PriceDetail> prices = [Price(own, reader.GetInt64(13), reader.IsDBNull(15) ? null : reader.GetInt64(15))];
        if (others != "{}")
            prices.AddRange(Json.Prices(others).Select(p => Price(p.Currency, p.Minor, p.CompareAtMinor)));
        var shown = prices.Find(p => p.Price.Currency == currency);
        return new(
            reader.GetString(11),
            string.Join(" / ", values),
            options,
            shown?.Price,
            shown?.CompareAtPrice,
            reader.StringOrNull(16),
            reader.GetBoolean(17)
        )
        {
            WeightGrams = reader.IsDBNull(18) ? null : reader.GetInt32(18),
            Prices = prices,
        };
    }

    private static PriceDetail Price(string currency, long minor, long? compareAt) =>
        new(new Money(minor, currency), compareAt is { } before ? new Money(before, currency) : null);

    private static List<T> Parse<T>(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<List<T>>(json, JsonSerializerOptions.Web)!;
}
