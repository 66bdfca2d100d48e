using Microsoft.AspNetCore.Mvc;
using Shop.Search.Domain;

namespace Shop.Search.Features;

/// <summary>How results are ordered.</summary>
internal enum SearchSort
{
    Relevance,
    Price,
    PriceDown,
    Newest,
    Popularity,
}

/// <summary>What a search may be asked with.</summary>
public sealed class SearchParameters
{
    /// <summary>Words, a SKU or a barcode, at most 100 characters; may be missing when something else narrows the results.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>Slug of a category; what stands in categories below it counts as well.</summary>
    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    /// <summary>Maker; several of them mean any.</summary>
    [FromQuery(Name = "vendor")]
    public string[]? Vendor { get; init; }

    /// <summary><c>key:value</c> of an option or attribute, such as <c>color:blue</c>; several of one key mean any, several keys mean all.</summary>
    [FromQuery(Name = "filter")]
    public string[]? Filter { get; init; }

    /// <summary>Least price in minor units.</summary>
    [FromQuery(Name = "minPrice")]
    public long? MinPrice { get; init; }

    /// <summary>Highest price in minor units.</summary>
    [FromQuery(Name = "maxPrice")]
    public long? MaxPrice { get; init; }

    /// <summary>True for products alone that can be bought.</summary>
    [FromQuery(Name = "inStock")]
    public bool? InStock { get; init; }

    /// <summary><c>relevance</c>, <c>price</c>, <c>-price</c>, <c>newest</c> or <c>popularity</c>.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    /// <summary>True puts what can be bought before what can't, in any order.</summary>
    [FromQuery(Name = "inStockFirst")]
    public bool? InStockFirst { get; init; }

    /// <summary>True for the counts by category, vendor, option, attribute and price.</summary>
    [FromQuery(Name = "facets")]
    public bool? Facets { get; init; }

    /// <summary>Where the page begins.</summary>
    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    /// <summary>Page size, at most 100.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }
}

/// <summary>A facet that narrows the results: any of its values.</summary>
/// <param name="Facet">Its key.</param>
/// <param name="Ids">Ids of <see cref="FacetValue"/>s.</param>
internal sealed record FacetFilter(string Facet, long[] Ids);

/// <summary>A question that makes sense.</summary>
internal sealed record SearchQuestion(
    string Words,
    IReadOnlyList<FacetFilter> Filters,
    long? MinPrice,
    long? MaxPrice,
    bool InStock,
    SearchSort Sort,
    bool InStockFirst
)
{
    /// <summary>Longer questions are refused: nobody types them, and matching costs grow with them.</summary>
    public const int MaxLength = 100;

    /// <summary>Facets to filter by at once; each is a condition on every match.</summary>
    public const int MaxFilters = 8;

    /// <summary>Values to filter by at once.</summary>
    public const int MaxValues = 40;

    /// <summary>True when nothing but the words narrows the results.</summary>
    public bool IsWordsAlone => Filters.Count == 0 && MinPrice is null && MaxPrice is null && !InStock;

    /// <summary>Reads the parameters.</summary>
    /// <returns>The question, or the code and the text of what is wrong with it.</returns>
    public static (SearchQuestion? Question, string Code, string Detail) Read(SearchParameters asked)
    {
        var words = asked.Q?.Trim() ?? "";
        if (words.Length > MaxLength || words.Any(char.IsControl))
            return (null, "search.invalid_query", $"Ask with 1 to {MaxLength} characters.");
        if (ReadFilters(asked) is not { } filters)
            return (null, "search.invalid_filter", $"A filter is key:value; at most {MaxFilters} keys and {MaxValues} values.");
        if (asked.MinPrice is < 0 || asked.MaxPrice is < 0 || asked.MinPrice > asked.MaxPrice)
            return (null, "search.invalid_price", "Prices are minor units, the least not above the highest.");
        if (ReadSort(asked.Sort) is not { } sort)
            return (null, "search.invalid_sort", "Sort by relevance, price, -price, newest or popularity.");
        var question = new SearchQuestion(
            words,
            filters,
            asked.MinPrice,
            asked.MaxPrice,
            asked.InStock == true,
            sort,
            asked.InStockFirst == true
        );
        return words.Length == 0 && filters.Count == 0
            ? (null, "search.invalid_query", $"Ask with 1 to {MaxLength} characters, or by category, vendor or filter.")
            : (question, "", "");
    }

    private static List<FacetFilter>? ReadFilters(SearchParameters asked)
    {
        var values = new List<(string Facet, string Value)>();
        if (!string.IsNullOrEmpty(asked.Category))
            values.Add((FacetValue.Category, asked.Category));
        values.AddRange((asked.Vendor ?? []).Select(vendor => (FacetValue.Vendor, vendor)));
        foreach (var filter in asked.Filter ?? [])
        {
            if (filter.Split(':', 2) is not [var key, var value] || FacetValue.KeyOf(key) is not { Length: > 0 } facet)
                return null;
            values.Add((facet, value));
        }
        if (values.Count > MaxValues || values.Any(v => v.Value.Length is 0 or > 200 || v.Value.Any(char.IsControl)))
            return null;
        var filters = values
            .GroupBy(v => v.Facet, v => FacetValue.IdOf(v.Facet, v.Value))
            .Select(g => new FacetFilter(g.Key, [.. g.Distinct()]))
            .ToList();
        return filters.Count > MaxFilters ? null : filters;
    }

    private static SearchSort? ReadSort(string? sort) =>
        sort switch
        {
            null or "" or "relevance" => SearchSort.Relevance,
            "price" => SearchSort.Price,
            "-price" => SearchSort.PriceDown,
            "newest" or "-publishedAt" => SearchSort.Newest,
            "popularity" => SearchSort.Popularity,
            _ => null,
        };
}
