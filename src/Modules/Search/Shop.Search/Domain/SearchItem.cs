using NpgsqlTypes;

namespace Shop.Search.Domain;

/// <summary>
/// A product that is sold, as the index holds it: what a result shows, and what it's found, ranked, counted and sorted by. Made of its
/// <see cref="ProductRecord"/> in SQL, by events and by a rebuild alike; the table is replaced as a whole when a rebuild is done.
/// </summary>
public sealed class SearchItem
{
    public Guid ProductId { get; init; }

    public string Slug { get; init; } = "";

    public string Title { get; init; } = "";

    /// <summary>The title in lower case and without accents, for prefixes.</summary>
    public string TitleKey { get; init; } = "";

    /// <summary>Slug of its category.</summary>
    public string? Category { get; init; }

    public string? ImageUrl { get; init; }

    /// <summary>Its cheapest variant's price in minor units.</summary>
    public long PriceMinor { get; init; }

    public string PriceCurrency { get; init; } = "";

    /// <summary>SKUs and barcodes in upper case: typed whole, they find the product before anything else.</summary>
    public string[] Codes { get; init; } = [];

    /// <summary>All its words; they decide whether it's found. Those of the description stand without positions, which saves half of it.</summary>
    public required NpgsqlTsVector Document { get; init; }

    /// <summary>
    /// Its words without the description, weighted: title, then SKUs, then vendor, categories, options and attributes. They decide how good a
    /// hit it is: ranking thousands of products by a dozen words each is quick, by their whole descriptions it isn't.
    /// </summary>
    public required NpgsqlTsVector Head { get; init; }

    /// <summary>Ids of its <see cref="FacetValue"/>s.</summary>
    public long[] Facets { get; init; } = [];

    /// <summary>At least one variant can be bought.</summary>
    public bool InStock { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Pieces sold in confirmed orders.</summary>
    public long Sold { get; init; }
}

/// <summary>Whether a SKU can be bought, as Inventory last said; kept by SKU, so that a word before the product's own isn't lost.</summary>
public sealed class SkuStock
{
    public required string Sku { get; init; }

    public bool InStock { get; init; }

    /// <summary>Inventory's version of the item; <see cref="ProductRecord.Unheard"/> when only the product's variant was heard of.</summary>
    public long Version { get; init; }
}

/// <summary>An order whose pieces have been counted as sold.</summary>
public sealed class CountedOrder
{
    public Guid OrderId { get; init; }
}

/// <summary>A word of some title; what was mistyped is looked up among them.</summary>
public sealed class Word
{
    public required string Text { get; init; }
}
