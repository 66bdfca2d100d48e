using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;

namespace Shop.Search.Features;

/// <summary>Something to go on with.</summary>
/// <param name="Title">A product's or category's name, or what was probably meant.</param>
/// <param name="Slug">Its address; empty for what was meant.</param>
/// <param name="Kind"><c>product</c>, <c>category</c> or <c>spelling</c>.</param>
public sealed record Suggestion(string Title, string Slug, string Kind);

/// <summary>GET /api/v1/search/suggestions: products and categories while one types.</summary>
internal static class SuggestTitlesEndpoint
{
    /// <summary>Characters of all suggestions that are kept: 10 MB.</summary>
    public const int MaxKept = 5_000_000;

    // Of an object, in characters.
    private const int Overhead = 100;

    private const int MaxProducts = 10;
    private const int MaxCategories = 3;

    // Of the products that fit, so many are looked at, that a first letter costs no more than a word: the first by name that begin so, any that have
    // it inside. The best sold come first among those.
    private const int Looked = 100;

    private const string LastCharacter = @"U&'\+10FFFF'";

    // As the index folds titles and names.
    private const string Key = "lower(unaccent($1))";

    // A beginning is asked for as a range, which an index serves in a prepared statement too; a pattern not yet known isn't.
    // Categories with products, whose name begins so (each is looked up, so it ends with the third); then titles that begin so, best sold first, before titles with a word that begins so.
    private static readonly string Sql = $$"""
        with begun as materialized (
          select product_id, title, slug, sold from search.items where title_key ~>=~ {{Key}} and title_key ~<~ ({{Key}} || {{LastCharacter}})
          order by title_key using ~<~ limit {{Looked}}),
        inside as materialized (
          select product_id, title, slug, sold from search.items
          where $2 and title_key like '% ' || regexp_replace({{Key}}, '([\\%_])', '\\\1', 'g') || '%' and (select count(*) from begun) < {{MaxProducts}}
          limit {{Looked}}),
        products as (
          select distinct on (product_id) * from (select *, 1 as rank from begun union all select *, 2 from inside) as found
          order by product_id, rank)
        (select label, value, 'category' from (
           select id, label, value from search.facet_values
           where facet = 'category' and label_key ~>=~ {{Key}} and label_key ~<~ ({{Key}} || {{LastCharacter}}) order by label_key limit 50) as v
         where exists (select from search.items where facets @> array[v.id]) limit {{MaxCategories}})
        union all
        (select title, slug, 'product' from products order by rank, sold desc, title limit {{MaxProducts}})
        """;

    // The index over parts of titles needs three characters to be of any use, and so does a guess at what was meant.
    private const int MinForGuesses = 3;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/suggestions", HandleAsync)
            .WithName("Search.SuggestTitles")
            .WithSummary("Categories and at most ten products that fit what has been typed so far; what was meant, when none does.")
            .ProducesProblem(400)
            .ProducesProblem(503)
            .AllowAnonymous();

    private static async Task<Results<Ok<IReadOnlyList<Suggestion>>, ProblemHttpResult>> HandleAsync(
        [FromKeyedServices(SearchModule.Schema)] NpgsqlDataSource database,
        SuggestionGate gate,
        KeptAnswers<IReadOnlyList<Suggestion>> kept,
        CancellationToken cancellationToken,
        string? q = null
    )
    {
        var typed = q?.TrimStart() ?? "";
        if (typed.Length is 0 or > SearchQuestion.MaxLength || typed.Any(char.IsControl))
            return Problems.Problem(400, "search.invalid_query", $"Ask with 1 to {SearchQuestion.MaxLength} characters.");
        if (kept.Find(typed) is { } known)
            return TypedResults.Ok(known);
        using var turn = await gate.EnterAsync(cancellationToken);
        if (!turn.IsAcquired)
            return Problems.Problem(503, "search.busy", "Too many suggestions at once; send the request again.");
        // Who was before us may have asked the same.
        if (kept.FindNew(typed) is { } justKnown)
            return TypedResults.Ok(justKnown);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var suggestions = await FindAsync(connection, typed, cancellationToken);
        if (
            suggestions.Count == 0
            && typed.Length >= MinForGuesses
            && await Spelling.CorrectAsync(connection, typed.TrimEnd(), cancellationToken) is { } meant
        )
        {
            suggestions = await FindAsync(connection, meant, cancellationToken);
            suggestions.Insert(0, new(meant, "", "spelling"));
        }
        kept.Add(typed, suggestions, Overhead + typed.Length + suggestions.Sum(s => Overhead + s.Title.Length + s.Slug.Length));
        return TypedResults.Ok<IReadOnlyList<Suggestion>>(suggestions);
    }

    private static async Task<List<Suggestion>> FindAsync(NpgsqlConnection connection, string typed, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = typed },
                new NpgsqlParameter<bool> { TypedValue = typed.Length >= MinForGuesses },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var suggestions = new List<Suggestion>(MaxProducts + MaxCategories);
        while (await reader.ReadAsync(cancellationToken))
            suggestions.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return suggestions;
    }
}
