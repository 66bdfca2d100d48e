using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;

namespace Shop.Search.Features;

/// <summary>A product whose title begins like what was typed, or looks like it.</summary>
/// <param name="Title">Name.</param>
/// <param name="Slug">Its address.</param>
public sealed record Suggestion(string Title, string Slug);

/// <summary>GET /api/v1/search/suggestions: titles while one types.</summary>
internal static class SuggestTitlesEndpoint
{
    private const int MaxSuggestions = 10;

    // Titles that begin so, best sold first, before titles with a word that begins so.
    private const string Sql = """
        select title, slug from (
          select distinct on (product_id) * from (
            (select product_id, title, slug, sold, 1 as rank from search.items
             where published and title_key like $1 || '%' order by sold desc, title limit $2)
            union all
            (select product_id, title, slug, sold, 2 from search.items
             where published and $3 and title ilike '% ' || $1 || '%' order by sold desc, title limit $2)) found
          order by product_id, rank) best
        order by rank, sold desc, title limit $2
        """;

    // The index over parts of titles needs three characters to be of any use, and so does a guess at what was meant.
    private const int MinForGuesses = 3;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/suggestions", HandleAsync)
            .WithName("Search.SuggestTitles")
            .WithSummary("At most ten titles that fit what has been typed so far, or was meant.")
            .ProducesProblem(400)
            .AllowAnonymous();

    private static async Task<Results<Ok<IReadOnlyList<Suggestion>>, ProblemHttpResult>> HandleAsync(
        [FromKeyedServices(SearchModule.Schema)] NpgsqlDataSource database,
        CancellationToken cancellationToken,
        string? q = null
    )
    {
        var typed = q?.TrimStart().ToLowerInvariant() ?? "";
        if (typed.Length is 0 or > SearchProductsEndpoint.MaxQueryLength || typed.Any(char.IsControl))
            return Problems.Problem(400, "search.invalid_query", $"Ask with 1 to {SearchProductsEndpoint.MaxQueryLength} characters.");
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var suggestions = await FindAsync(connection, typed, cancellationToken);
        if (
            suggestions.Count == 0
            && typed.Length >= MinForGuesses
            && await Spelling.CorrectAsync(connection, typed.TrimEnd(), cancellationToken) is { } meant
        )
            suggestions = await FindAsync(connection, meant, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<Suggestion>>(suggestions);
    }

    private static async Task<List<Suggestion>> FindAsync(NpgsqlConnection connection, string typed, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = EscapeLike(typed) },
                new NpgsqlParameter<int> { TypedValue = MaxSuggestions },
                new NpgsqlParameter<bool> { TypedValue = typed.Length >= MinForGuesses },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var suggestions = new List<Suggestion>(MaxSuggestions);
        while (await reader.ReadAsync(cancellationToken))
            suggestions.Add(new(reader.GetString(0), reader.GetString(1)));
        return suggestions;
    }

    private static string EscapeLike(string text) => text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_");
}
