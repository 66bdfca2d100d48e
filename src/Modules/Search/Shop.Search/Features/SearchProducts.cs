using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Search.Features;

/// <summary>A product that was found.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Slug">Its address.</param>
/// <param name="Title">Name.</param>
/// <param name="Category">Slug of its category.</param>
/// <param name="ImageUrl">First picture.</param>
/// <param name="PriceFrom">Its cheapest variant's price, before tax.</param>
/// <param name="Available">At least one variant can be bought.</param>
public sealed record SearchHit(
    Guid ProductId,
    string Slug,
    string Title,
    string? Category,
    string? ImageUrl,
    Money PriceFrom,
    bool Available
);

/// <summary>GET /api/v1/search: products by words, a SKU or a barcode.</summary>
internal static class SearchProductsEndpoint
{
    /// <summary>Longer questions are refused: nobody types them, and matching costs grow with them.</summary>
    internal const int MaxQueryLength = 100;

    // A SKU or barcode typed whole comes before all else; then what has the words in its title, SKU, vendor or category; then the rest;
    // what sells more a little before what doesn't. The score is an integer, so that a cursor holds it exactly.
    private const string Sql = """
        with query as materialized (select websearch_to_tsquery('english', $1) as words, array[upper($1)] as codes),
        scored as materialized (
          select product_id,
                 case when codes @> (select codes from query) then 1000000000000 else 0 end
                   + ((0.01 + ts_rank(head, (select words from query))) * (1 + ln(1 + sold) / 10) * 1000000)::bigint as score
          from search.items
          where published and (document @@ (select words from query) or codes @> (select codes from query))
            and ($2::text is null or category = $2)),
        best as (
          select * from scored where $3 is null or (score, product_id) < ($3, $4) order by score desc, product_id desc limit $5)
        select i.product_id, i.slug, i.title, i.category, i.image_url, i.price_minor, i.price_currency, best.score,
               exists (select from search.availability a where a.sku = any(i.skus) and a.in_stock)
        from best join search.items i using (product_id)
        order by best.score desc, product_id desc
        """;

    /// <param name="AsTyped">False when the words had to be put right to find anything.</param>
    /// <param name="Score">Of the last product shown; null before the first.</param>
    /// <param name="ProductId">The last product shown.</param>
    private readonly record struct Position(bool AsTyped, long? Score, Guid ProductId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/", HandleAsync)
            .WithName("Search.SearchProducts")
            .WithSummary("Products by words, SKU or barcode, best first; words that no product has are put right.")
            .ProducesProblem(400)
            .ProducesProblem(503)
            .AllowAnonymous();

    private static async Task<Results<Ok<Page<SearchHit>>, ProblemHttpResult>> HandleAsync(
        [FromKeyedServices(SearchModule.Schema)] NpgsqlDataSource database,
        SearchGate gate,
        CancellationToken cancellationToken,
        string? q = null,
        string? category = null,
        string? cursor = null,
        int? limit = null
    )
    {
        var query = q?.Trim() ?? "";
        if (query.Length is 0 or > MaxQueryLength || query.Any(char.IsControl) || category?.Any(char.IsControl) == true)
            return Problems.Problem(400, "search.invalid_query", $"Ask with 1 to {MaxQueryLength} characters.");
        var start = new Position(AsTyped: true, null, default);
        if (cursor is not null && !TryRead(cursor, out start))
            return Problems.Problem(400, "search.unknown_cursor", "The cursor isn't one that a search gave out.");

        var size = Paging.Limit(limit);
        var shelf = string.IsNullOrEmpty(category) ? null : category;
        using var turn = await gate.EnterAsync(cancellationToken);
        if (!turn.IsAcquired)
            return Problems.Problem(503, "search.busy", "Too many searches at once; send the request again.");
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var hits = start.AsTyped ? await FindAsync(connection, start, query, shelf, size, cancellationToken) : [];
        if (hits.Count == 0 && (cursor is null || !start.AsTyped))
        {
            start = start with { AsTyped = false };
            if (await Spelling.CorrectAsync(connection, query, cancellationToken) is { } meant)
                hits = await FindAsync(connection, start, meant, shelf, size, cancellationToken);
        }
        var page = hits.ToPage(size, hit => $"{(start.AsTyped ? 't' : 'c')}{hit.Score} {hit.Product.ProductId:N}");
        return TypedResults.Ok(new Page<SearchHit>([.. page.Items.Select(hit => hit.Product)], page.NextCursor));
    }

    private static async Task<List<(SearchHit Product, long Score)>> FindAsync(
        NpgsqlConnection connection,
        Position after,
        string query,
        string? category,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = query },
                new NpgsqlParameter<string?> { TypedValue = category },
                new NpgsqlParameter<long?> { TypedValue = after.Score },
                new NpgsqlParameter<Guid> { TypedValue = after.ProductId },
                new NpgsqlParameter<int> { TypedValue = limit + 1 },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var hits = new List<(SearchHit, long)>(limit + 1);
        while (await reader.ReadAsync(cancellationToken))
        {
            var product = new SearchHit(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                new Money(reader.GetInt64(5), reader.GetString(6)),
                reader.GetBoolean(8)
            );
            hits.Add((product, reader.GetInt64(7)));
        }
        return hits;
    }

    private static bool TryRead(string cursor, out Position position)
    {
        position = default;
        if (!Paging.TryDecode(cursor, out var key) || key[0] is not ('t' or 'c') || key.Split(' ') is not [var score, var id])
            return false;
        if (!long.TryParse(score.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var points))
            return false;
        if (!Guid.TryParseExact(id, "N", out var productId))
            return false;
        position = new(key[0] == 't', points, productId);
        return true;
    }
}
