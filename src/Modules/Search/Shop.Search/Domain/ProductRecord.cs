namespace Shop.Search.Domain;

/// <summary>
/// What was last heard of a product: events are gone once they are handled, so a rebuild reads these. The row of a product that is no longer
/// sold stays, so that an older snapshot that comes late doesn't bring it back. Written by events only, in SQL.
/// </summary>
public sealed class ProductRecord
{
    public Guid ProductId { get; init; }

    public string Slug { get; init; } = "";

    public string Title { get; init; } = "";

    public string Description { get; init; } = "";

    public string? Vendor { get; init; }

    /// <summary>Slug of its category.</summary>
    public string? Category { get; init; }

    public string? ImageUrl { get; init; }

    public long PriceMinor { get; init; }

    public string PriceCurrency { get; init; } = "";

    public string[] Skus { get; init; } = [];

    public string[] Codes { get; init; } = [];

    /// <summary>Facet values that every snapshot tells: its vendor, and its category when the way to it isn't known.</summary>
    public long[] OwnFacets { get; init; } = [];

    /// <summary>Facet values of the categories from the root down to its own; null when no snapshot told.</summary>
    public long[]? PathFacets { get; init; }

    /// <summary>Their names.</summary>
    public string? PathWords { get; init; }

    /// <summary>Facet values of its variants' options; null when no snapshot told.</summary>
    public long[]? OptionFacets { get; init; }

    /// <summary>The options' values.</summary>
    public string? OptionWords { get; init; }

    /// <summary>Facet values of its attributes; null when no snapshot told.</summary>
    public long[]? AttributeFacets { get; init; }

    /// <summary>The attributes' values.</summary>
    public string? AttributeWords { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>The product's version that was heard last; <see cref="Unheard"/> when only orders were heard of yet.</summary>
    public long Version { get; init; }

    /// <summary>Older than any version.</summary>
    public const long Unheard = -1;

    public bool Published { get; init; }

    /// <summary>Pieces sold in confirmed orders.</summary>
    public long Sold { get; init; }
}
