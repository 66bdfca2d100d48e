using Npgsql;

namespace Shop.Search.Features;

/// <summary>Puts right what was mistyped, by the words that titles are made of.</summary>
internal static class Spelling
{
    /// <summary>
    /// What was probably meant by <c>$1</c>: each word becomes the most similar one of any title, itself when there is one, and when nothing is
    /// similar. Null when that is what was typed.
    /// </summary>
    public const string Sql = """
        select nullif(string_agg(coalesce(w.text, typed.text), ' ' order by n), string_agg(typed.text, ' ' order by n))
        from regexp_split_to_table(lower(unaccent($1)), '\s+') with ordinality as typed (text, n)
        left join lateral (
          select text from search.words where text % typed.text order by similarity(text, typed.text) desc, text limit 1) w on true
        """;

    /// <summary>What was probably meant; null when it is what was typed.</summary>
    public static async Task<string?> CorrectAsync(NpgsqlConnection connection, string typed, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = typed } },
        };
        await command.PrepareAsync(cancellationToken);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }
}
