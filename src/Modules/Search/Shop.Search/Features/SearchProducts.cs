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

/// <summary>A page of what was found.</summary>
/// <param name="Items">At most the asked limit.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for the page that follows; null on the last.</param>
/// <param name="Meant">The words put right, when few products had those that were typed; such products come after the others.</param>
/// <param name="Facets">Counts, when they were asked for.</param>
public sealed record SearchResult(IReadOnlyList<SearchHit> Items, string? NextCursor, string? Meant = null, SearchFacets? Facets = null);

/// <summary>GET /api/v1/search: products by words, a SKU or a barcode, by facets and by price.</summary>
internal static class SearchProductsEndpoint
{
    // With fewer hits than these, words are put right.
    private const int FewHits = 3;

    /// <param name="AsTyped">False when the words had to be put right.</param>
    /// <param name="Key">Of the last product shown; null before the first.</param>
    /// <param name="ProductId">The last product shown.</param>
    private readonly record struct Position(bool AsTyped, long? Key, Guid ProductId);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/", HandleAsync)
            .WithName("Search.SearchProducts")
            .WithSummary("Products by words, SKU or barcode, facets and price, best first; words that few products have are put right.")
            .ProducesProblem(400)
            .ProducesProblem(503)
            .AllowAnonymous();

    private static async Task<Results<Ok<SearchResult>, ProblemHttpResult>> HandleAsync(
        [AsParameters] SearchParameters asked,
        [FromKeyedServices(SearchModule.Schema)] NpgsqlDataSource database,
        SearchGate gate,
        FacetCounts counts,
        MissedSearches missed,
        CancellationToken cancellationToken
    )
    {
        var (read, code, detail) = SearchQuestion.Read(asked);
        if (read is not { } question)
            return Problems.Problem(400, code, detail);
        var start = new Position(AsTyped: true, null, default);
        if (asked.Cursor is { } cursor && !TryRead(cursor, out start))
            return Problems.Problem(400, "search.unknown_cursor", "The cursor isn't one that a search gave out.");

        using var turn = await gate.EnterAsync(cancellationToken);
        if (!turn.IsAcquired)
            return Problems.Problem(503, "search.busy", "Too many searches at once; send the request again.");
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var size = Paging.Limit(asked.Limit);
        var count = Math.Max(size + 1, FewHits);
        var isWanted = asked.Facets == true;
        var (hits, meant, facets) = await FindAsync(connection, question, start, count, isWanted ? counts : null, cancellationToken);
        if (asked.Cursor is null && IsFew(question, hits))
        {
            var putRight = start with { AsTyped = false };
            var found = await FindAsync(connection, question, putRight, count, isWanted ? counts : null, cancellationToken);
            if (found.Meant is not null)
                (hits, meant, facets) = found;
        }
        if (hits.Count == 0 && asked.Cursor is null && question.IsWordsAlone)
            missed.Add(question.Words);
        var page = hits.ToPage(size, hit => $"{(meant is null ? 't' : 'c')}{hit.Key} {hit.Product.ProductId:N}");
        return TypedResults.Ok(new SearchResult([.. page.Items.Select(hit => hit.Product)], page.NextCursor, meant, facets));
    }

    // Who types a whole SKU means that product, however few others there are.
    private static bool IsFew(SearchQuestion question, List<(SearchHit Product, long Key)> hits) =>
        question.Words.Length > 0 && hits.Count < FewHits && !hits.Any(hit => hit.Key >= SearchSql.LeastByCode);

    // What is counted goes with the hits, unless the words have to be put right first.
    private static async Task<(List<(SearchHit Product, long Key)> Hits, string? Meant, SearchFacets? Facets)> FindAsync(
        NpgsqlConnection connection,
        SearchQuestion question,
        Position after,
        int count,
        FacetCounts? counts,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(SearchSql.Hits(question, !after.AsTyped, after.Key, after.ProductId, count));
        var facets = after.AsTyped ? counts?.Find(question, null) : null;
        var isCounted = after.AsTyped && counts is not null && facets is null;
        if (isCounted)
            batch.BatchCommands.Add(SearchSql.Counts(question, null, FacetCounts.Steps));
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var (hits, meant) = await ReadAsync(reader, cancellationToken);
        if (isCounted)
        {
            await reader.NextResultAsync(cancellationToken);
            facets = await counts!.ReadAsync(reader, question, null, cancellationToken);
        }
        else if (counts is not null && facets is null)
        {
            await reader.CloseAsync();
            facets = counts.Find(question, meant) ?? await CountAsync(connection, question, meant, counts, cancellationToken);
        }
        return (hits, meant, facets);
    }

    private static async Task<SearchFacets> CountAsync(
        NpgsqlConnection connection,
        SearchQuestion question,
        string? meant,
        FacetCounts counts,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { SearchSql.Counts(question, meant, FacetCounts.Steps) } };
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await counts.ReadAsync(reader, question, meant, cancellationToken);
    }

    private static async Task<(List<(SearchHit Product, long Key)> Hits, string? Meant)> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        var hits = new List<(SearchHit, long)>();
        string? meant = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            var product = new SearchHit(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                new Money(reader.GetInt64(5), reader.GetString(6)),
                reader.GetBoolean(7)
            );
            hits.Add((product, reader.GetInt64(8)));
            meant = reader.IsDBNull(9) ? null : reader.GetString(9);
        }
        return (hits, meant);
    }

    private static bool TryRead(string cursor, out Position position)
    {
        position = default;
        if (!Paging.TryDecode(cursor, out var text) || text[0] is not ('t' or 'c') || text.Split(' ') is not [var last, var id])
            return false;
        if (!long.TryParse(last.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var key))
            return false;
        if (!Guid.TryParseExact(id, "N", out var productId))
            return false;
        position = new(text[0] == 't', key, productId);
        return true;
    }
}
