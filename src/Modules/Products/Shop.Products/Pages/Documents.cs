using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Products.Pages;

/// <summary>A product as lists show it.</summary>
/// <param name="Id">The product.</param>
/// <param name="Slug">Its address.</param>
/// <param name="Title">Name.</param>
/// <param name="Vendor">Maker.</param>
/// <param name="Category">Slug of its category.</param>
/// <param name="ImageUrl">First picture.</param>
/// <param name="PriceFrom">Its cheapest variant's price in the asked currency, before tax; null when it has none in it.</param>
/// <param name="Available">At least one variant can be bought.</param>
public sealed record ProductItem(
    Guid Id,
    string Slug,
    string Title,
    string? Vendor,
    string? Category,
    string? ImageUrl,
    Money? PriceFrom,
    bool Available
);

/// <summary>A product with all that its page shows, and that staff edit.</summary>
public sealed record ProductDetail(
    Guid Id,
    string Slug,
    string Title,
    string Description,
    string? Vendor,
    string? Category,
    string Status,
    IReadOnlyList<OptionDetail> Options,
    IReadOnlyList<VariantDetail> Variants,
    IReadOnlyList<ImageDetail> Images
)
{
    /// <summary>Its category and those above it, the root first.</summary>
    public IReadOnlyList<CategoryStep> CategoryPath { get; init; } = [];

    /// <summary>Its properties, in the order staff gave them.</summary>
    public IReadOnlyList<AttributeDetail> Attributes { get; init; } = [];

    /// <summary>Code of the tax category; null for the standard one.</summary>
    public string? TaxCategory { get; init; }

    public string? SeoTitle { get; init; }

    public string? SeoDescription { get; init; }

    /// <summary>Since when it is shown; of a scheduled one, from when.</summary>
    public DateTimeOffset? PublishedAt { get; init; }
}

/// <summary>An option with the values its variants have.</summary>
public sealed record OptionDetail(string Name, IReadOnlyList<string> Values);

/// <summary>A variant as its product's page shows it. <c>Price</c> is null when it has none in the asked currency.</summary>
public sealed record VariantDetail(
    string Sku,
    string Title,
    IReadOnlyDictionary<string, string> Options,
    Money? Price,
    Money? CompareAtPrice,
    string? Barcode,
    bool Available
)
{
    /// <summary>Weight of one piece in grams.</summary>
    public int? WeightGrams { get; init; }

    /// <summary>All it is sold for, the shop's own currency first.</summary>
    public IReadOnlyList<PriceDetail> Prices { get; init; } = [];
}

/// <summary>A price and the former, higher one.</summary>
public sealed record PriceDetail(Money Price, Money? CompareAtPrice);

/// <summary>A picture.</summary>
public sealed record ImageDetail(string Url, string? Alt);

/// <summary>A property of a product. <c>Kind</c> is text, number, boolean or choice.</summary>
public sealed record AttributeDetail(string Code, string Label, string Kind, string Value);

/// <summary>A category with something on sale, in it or below it.</summary>
public sealed record CategoryItem(string Slug, string Name, string? Parent, int Position);

/// <summary>A category on the way from the root.</summary>
public sealed record CategoryStep(string Slug, string Name);

/// <summary>A category with its surroundings; its products are in the list of products.</summary>
public sealed record CategoryDetail(
    string Slug,
    string Name,
    IReadOnlyList<CategoryStep> Path,
    IReadOnlyList<CategoryStep> Children,
    long Version
);

/// <summary>A collection; its products are in a list of their own.</summary>
public sealed record CollectionDetail(
    string Slug,
    string Title,
    string Description,
    string? SeoTitle,
    string? SeoDescription,
    long Version
);

/// <summary>A finished response body.</summary>
/// <param name="Body">JSON in UTF-8.</param>
/// <param name="ETag">Quoted; null where the API promises none.</param>
public sealed record Document(byte[] Body, string? ETag)
{
    // Letters of all scripts as they are: a third of the bytes of \u escapes. What could leave a script element stays escaped.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Renders what is to be sent.</summary>
    public static Document Of<T>(T content, string? etag = null) => new(JsonSerializer.SerializeToUtf8Bytes(content, Json), etag);

    /// <summary>A category: its version, and after the dash what stands above and below it, which has versions of its own.</summary>
    public static Document Of(CategoryDetail category)
    {
        var document = Of<CategoryDetail>(category);
        var surroundings = BitConverter.ToInt64(SHA256.HashData(document.Body)) & long.MaxValue;
        return document with { ETag = ETagOf(category.Version, surroundings) };
    }

    /// <summary>
    /// Names a product's state: its version and, after the dash, the revision that also rises when stock comes or goes. If-Match looks
    /// at the version only: a sell-out is no conflict with what staff edit.
    /// </summary>
    public static string ETagOf(long version, long revision) => $"\"{version}-{revision}\"";

    /// <summary>The version inside an If-Match; null when it isn't one of ours.</summary>
    public static long? VersionIn(string ifMatch)
    {
        var tag = ifMatch.Trim().Trim('"');
        var dash = tag.IndexOf('-');
        return long.TryParse(dash < 0 ? tag : tag[..dash], out var version) ? version : null;
    }
}
