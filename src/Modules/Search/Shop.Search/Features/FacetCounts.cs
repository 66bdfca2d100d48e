using Npgsql;
using Shop.Search.Domain;

namespace Shop.Search.Features;

/// <summary>A value and how many products have it.</summary>
/// <param name="Value">What to filter by.</param>
/// <param name="Label">As people read it.</param>
/// <param name="Parent">Slug of the category above.</param>
/// <param name="Count">Products that fit all filters but those of this facet.</param>
/// <param name="Selected">It is filtered by.</param>
public sealed record FacetValueCount(string Value, string Label, string? Parent, long Count, bool Selected);

/// <summary>Something that products can be filtered by.</summary>
/// <param name="Key"><c>category</c>, <c>vendor</c>, or the key of an option or attribute.</param>
/// <param name="Label">As people read it.</param>
/// <param name="Values">The most frequent ones first, at most 50, and those that are selected.</param>
public sealed record Facet(string Key, string Label, IReadOnlyList<FacetValueCount> Values);

/// <summary>A step of prices.</summary>
/// <param name="FromMinor">From this price on, in minor units.</param>
/// <param name="ToMinor">Up to below this price.</param>
/// <param name="Count">Products that fit all filters but the price's.</param>
public sealed record PriceStep(long FromMinor, long ToMinor, long Count);

/// <summary>What the results can be narrowed by. Every count is exact.</summary>
/// <param name="Total">Products found.</param>
/// <param name="InStock">Products that can be bought, whether that is filtered by or not.</param>
/// <param name="MinPriceMinor">Least price without the price's filter; null when nothing is found.</param>
/// <param name="MaxPriceMinor">Highest price without the price's filter.</param>
/// <param name="Prices">Steps that hold products.</param>
/// <param name="Facets">Categories, vendors, then options and attributes, at most 20: those that most products have.</param>
public sealed record SearchFacets(
    long Total,
    long InStock,
    long? MinPriceMinor,
    long? MaxPriceMinor,
    IReadOnlyList<PriceStep> Prices,
    IReadOnlyList<Facet> Facets
);

/// <summary>
/// Counts the matches of a question. Counting is the dearest part of a search and the same for all its pages and orders, so counts are kept for some seconds;
/// what is found is never older than the index.
/// </summary>
public sealed class FacetCounts(TimeProvider clock) : IDisposable
{
    // Of all that is kept; a value takes about 150 bytes.
    private const int MaxKeptValues = 100_000;

    private const int MaxFacets = 20;
    private const int MaxValues = 50;

    /// <summary>Where a price step begins: 1, 2.5 and 5 times the powers of ten.</summary>
    internal static readonly long[] Steps =
    [
        0,
        .. Enumerable.Range(2, 8).SelectMany(power => new[] { 10, 25, 50 }.Select(n => n * (long)Math.Pow(10, power - 1))),
    ];

    private readonly KeptAnswers<SearchFacets> _kept = new(MaxKeptValues, clock);

    private sealed record Row(
        int Failed,
        int? Step,
        bool InStock,
        long Count,
        long Min,
        long Max,
        string Facet,
        string FacetLabel,
        string Value,
        string Label,
        string? Parent
    );

    /// <inheritdoc />
    public void Dispose() => _kept.Dispose();

    /// <summary>What was counted a moment ago; null when it is to be counted.</summary>
    internal SearchFacets? Find(SearchQuestion question, string? meant) => _kept.Find(KeyOf(question, meant));

    /// <summary>Reads and keeps what the statement counted.</summary>
    internal async Task<SearchFacets> ReadAsync(
        NpgsqlDataReader reader,
        SearchQuestion question,
        string? meant,
        CancellationToken cancellationToken
    )
    {
        var counts = Compose(question, await RowsAsync(reader, cancellationToken));
        _kept.Add(KeyOf(question, meant), counts, 20 + counts.Prices.Count + counts.Facets.Sum(f => f.Values.Count));
        return counts;
    }

    private static string KeyOf(SearchQuestion question, string? meant)
    {
        var filters = question.Filters.OrderBy(f => f.Facet, StringComparer.Ordinal).Select(f => string.Join(',', f.Ids.Order()));
        return $"{question.Words}\n{meant}\n{string.Join(' ', filters)}\n{question.MinPrice} {question.MaxPrice} {question.InStock}";
    }

    private static async Task<List<Row>> RowsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(
                reader.IsDBNull(1)
                    ? new(
                        reader.GetInt32(0),
                        null,
                        false,
                        reader.GetInt64(3),
                        0,
                        0,
                        reader.GetString(6),
                        reader.GetString(7),
                        reader.GetString(8),
                        reader.GetString(9),
                        reader.IsDBNull(10) ? null : reader.GetString(10)
                    )
                    : new(
                        reader.GetInt32(0),
                        reader.GetInt32(1),
                        reader.GetBoolean(2),
                        reader.GetInt64(3),
                        reader.GetInt64(4),
                        reader.GetInt64(5),
                        "",
                        "",
                        "",
                        "",
                        null
                    )
            );
        return rows;
    }

    private static SearchFacets Compose(SearchQuestion question, List<Row> rows)
    {
        var all = rows.Where(r => r.Step is not null).ToList();
        var priced = all.Where(r => r.Failed == 0 || r.Failed == SearchSql.PriceBit(question)).ToList();
        return new(
            all.Where(r => r.Failed == 0).Sum(r => r.Count),
            all.Where(r => r.InStock && (r.Failed == 0 || r.Failed == SearchSql.StockBit(question))).Sum(r => r.Count),
            priced.Count == 0 ? null : priced.Min(r => r.Min),
            priced.Count == 0 ? null : priced.Max(r => r.Max),
            [
                .. priced
                    .GroupBy(r => r.Step!.Value, r => r.Count)
                    .OrderBy(g => g.Key)
                    .Select(g => new PriceStep(Steps[g.Key - 1], g.Key < Steps.Length ? Steps[g.Key] : long.MaxValue, g.Sum())),
            ],
            [
                .. rows.Where(r => r.Step is null)
                    .GroupBy(r => r.Facet)
                    .Select(g => FacetOf(question, g.Key, [.. g]))
                    .Where(f => f.Values.Count > 0)
                    .OrderBy(f =>
                        f.Key switch
                        {
                            FacetValue.Category => 0,
                            FacetValue.Vendor => 1,
                            _ => 2,
                        }
                    )
                    .ThenByDescending(f => f.Values.Sum(v => v.Count))
                    .ThenBy(f => f.Key, StringComparer.Ordinal)
                    .Take(MaxFacets),
            ]
        );
    }

    private static Facet FacetOf(SearchQuestion question, string key, List<Row> rows)
    {
        var at = question.Filters.ToList().FindIndex(f => f.Facet == key);
        HashSet<long> selected = at < 0 ? [] : [.. question.Filters[at].Ids];
        var values = rows.Where(r => r.Failed == 0 || (at >= 0 && r.Failed == 1 << at))
            .GroupBy(r => r.Value)
            .Select(g => new FacetValueCount(
                g.Key,
                g.First().Label,
                g.First().Parent,
                g.Sum(r => r.Count),
                selected.Contains(FacetValue.IdOf(key, g.Key))
            ))
            .OrderByDescending(v => v.Count)
            .ThenBy(v => v.Value, StringComparer.Ordinal)
            .ToList();
        return new(key, rows[0].FacetLabel, [.. values.Where((v, i) => i < MaxValues || v.Selected)]);
    }
}
