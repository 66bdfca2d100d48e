using System.Text;
using Npgsql;
using Shop.Search.Data;

namespace Shop.Search.Features;

/// <summary>
/// The statements of a search. Their texts differ by which filters are set and how many facets, so each is planned for what it does, and the
/// few that a shop uses stay prepared.
/// </summary>
internal static class SearchSql
{
    /// <summary>A SKU or barcode typed whole comes before all else.</summary>
    private const long ByCode = 1L << 60;

    /// <summary>No key of a product without the code comes so high, and none of one with it is lower: all else adds or takes less than 2^58.</summary>
    public const long LeastByCode = 3L << 58;

    private const long InStockFirst = 1L << 59;

    // For hits $2 says whether words are to be put right, which is then asked for in the same statement.
    private static readonly string ForHits = Query($"case when $2 then ({Spelling.Sql}) end");

    private static readonly string ForCounts = Query("$2::text");

    private static string Query(string meant) =>
        $"""
            with meant as materialized (select {meant} as words),
            query as materialized (
              select typed, case when meant.words is null then typed else typed || websearch_to_tsquery(config, meant.words) end as words,
                     array[upper($1)] as codes
              from meant, (select config, websearch_to_tsquery(config, $1) as typed
                           from (select ('search.' || {IndexRows.LiveLanguage})::regconfig as config) as language) as said)
            """;

    // What it was found by as typed comes before what was meant; then what has the words in its title, its SKUs, or its vendor, categories,
    // options and attributes; then the rest; what sells more a little before what doesn't.
    private static string KeyOf(SearchSort sort) =>
        sort switch
        {
            SearchSort.Price => "-price_minor",
            SearchSort.PriceDown => "price_minor",
            SearchSort.Newest => "coalesce((extract(epoch from published_at) * 1000)::bigint, 0)",
            SearchSort.Popularity => "sold",
            _ => "case when (select words from meant) is not null and document @@ (select typed from query) then 1000000000000 else 0 end"
                + " + ((0.01 + ts_rank(head, (select words from query))) * (1 + ln(1 + sold) / 10) * 1000000)::bigint",
        };

    /// <summary>One page of hits by a 64-bit key, highest first, each with what was meant.</summary>
    public static NpgsqlBatchCommand Hits(SearchQuestion question, bool putRight, long? key, Guid after, int limit)
    {
        var command = Begin(question, putRight);
        var sql = new StringBuilder(ForHits);
        var hasWords = question.Words.Length > 0;
        var hit = new StringBuilder("product_id, ").Append(
            hasWords || question.Sort != SearchSort.Relevance ? KeyOf(question.Sort) : "sold"
        );
        if (hasWords)
            hit.Append($" + case when codes @> (select codes from query) then {ByCode} else 0 end");
        if (question.InStockFirst)
            hit.Append($" + case when in_stock then {InStockFirst} else 0 end");
        hit.Append(" as key");
        var filters = new StringBuilder();
        foreach (var filter in question.Filters)
            filters.Append($" and facets && {command.Add(filter.Ids)}");
        if (PriceOf(question, command) is { } price)
            filters.Append($" and {price}");
        if (question.InStock)
            filters.Append(" and in_stock");
        // Nothing to put right: what was found as typed is all there is.
        if (putRight && key is null)
            filters.Append(" and (select words from meant) is not null");
        sql.Append($", scored as materialized ({Matches(question, hit.ToString(), filters.ToString())}), best as (select * from scored");
        if (key is { } last)
            sql.Append($" where (key, product_id) < ({command.Add(last)}, {command.Add(after)})");
        sql.Append(
            $"""
             order by key desc, product_id desc limit {command.Add(limit)})
            select i.product_id, i.slug, i.title, i.category, i.image_url, i.price_minor, i.price_currency, i.in_stock, best.key,
                   (select words from meant)
            from best join search.items i using (product_id)
            order by best.key desc, product_id desc
            """
        );
        command.CommandText = sql.ToString();
        return command;
    }

    /// <summary>
    /// Counts of all matches in one pass. A match that fails no filter counts for every facet; one that fails a single filter counts for that
    /// filter's facet alone, which is what "without its own filter" means; others count for nothing. Rows of the answer: the bit of the filter that failed or 0,
    /// the value or null for all matches by price step and stock, how many, least and highest price.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="meant">The words put right, when that was needed.</param>
    /// <param name="steps">Where a price step begins, rising.</param>
    public static NpgsqlBatchCommand Counts(SearchQuestion question, string? meant, long[] steps)
    {
        var command = Begin(question, meant);
        var failed = new List<string>();
        foreach (var filter in question.Filters)
            failed.Add($"case when facets && {command.Add(filter.Ids)} then 0 else {1 << failed.Count} end");
        if (PriceOf(question, command) is { } price)
            failed.Add($"case when {price} then 0 else {PriceBit(question)} end");
        if (question.InStock)
            failed.Add($"case when in_stock then 0 else {StockBit(question)} end");
        // Who fails one filter at most passes one of any two.
        var either =
            question.Filters.Count < 2
                ? ""
                : $" and facets && {command.Add((long[])[.. question.Filters[0].Ids, .. question.Filters[1].Ids])}";
        var match = $"facets, price_minor, in_stock, {(failed.Count == 0 ? "0" : string.Join(" + ", failed))} as failed";
        command.CommandText = $"""
            {ForCounts}, matched as materialized ({Matches(question, match, either)}),
            kept as materialized (select * from matched where failed & (failed - 1) = 0),
            counted as materialized (select failed, id, count(*) as count from kept, unnest(facets) as id group by 1, 2)
            select failed, null::int as step, false as in_stock, count, 0, 0, v.facet, v.facet_label, v.value, v.label, v.parent
            from counted join search.facet_values v using (id)
            union all
            select failed, width_bucket(price_minor, {command.Add(
                steps
            )}), in_stock, count(*), min(price_minor), max(price_minor), null, null, null, null, null
            from kept group by 1, 2, 3
            """;
        return command;
    }

    /// <summary>The bit of the price's filter.</summary>
    public static int PriceBit(SearchQuestion question) => 1 << question.Filters.Count;

    /// <summary>The bit of the filter for what can be bought.</summary>
    public static int StockBit(SearchQuestion question) => 2 << question.Filters.Count;

    private static NpgsqlBatchCommand Begin<T>(SearchQuestion question, T meant) =>
        new()
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = question.Words },
                new NpgsqlParameter<T> { TypedValue = meant },
            },
        };

    // What has the words, then what has the code alone. Joined by "or" the two would leave the planner, which knows no values here, free to
    // look for the filters in the index and for the words in what they leave. Few have a code, so their filters are no business of the index.
    private static string Matches(SearchQuestion question, string columns, string filters) =>
        question.Words.Length == 0
            ? $"select {columns} from search.items where true{filters}"
            : $"""
                select {columns} from search.items where document @@ (select words from query){filters}
                union all
                select {columns} from (
                  select * from search.items where codes @> (select codes from query) and not document @@ (select words from query) offset 0) as coded
                where true{filters}
                """;

    private static string? PriceOf(SearchQuestion question, NpgsqlBatchCommand command) =>
        question is { MinPrice: null, MaxPrice: null }
            ? null
            : $"price_minor between {command.Add(question.MinPrice ?? 0)} and {command.Add(question.MaxPrice ?? long.MaxValue)}";

    private static string Add<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${command.Parameters.Count}";
    }
}
