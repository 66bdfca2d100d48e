using Shop.Products.Contracts;

namespace Shop.Products.Domain;

/// <summary>A shelf of the shop, with shelves below it.</summary>
public sealed class Category
{
    /// <summary>Its address, made of its first name; the key.</summary>
    public required string Slug { get; init; }

    /// <summary>As people read it.</summary>
    public required string Name { get; set; }

    /// <summary>Slug of the category above; null at the root.</summary>
    public string? Parent { get; init; }

    /// <summary>Place among its siblings.</summary>
    public int Position { get; set; }

    /// <summary>Slugs from the root down to itself.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>Rises with each change.</summary>
    public long Version { get; set; } = 1;
}

/// <summary>Products that staff put together, in their order.</summary>
public sealed class Collection
{
    /// <summary>Its address; the key.</summary>
    public required string Slug { get; init; }

    /// <summary>As people read it.</summary>
    public required string Title { get; set; }

    /// <summary>Plain text.</summary>
    public string Description { get; set; } = "";

    /// <summary>Title for search engines.</summary>
    public string? SeoTitle { get; set; }

    /// <summary>Description for search engines.</summary>
    public string? SeoDescription { get; set; }

    /// <summary>Rises with each change, its products' order included.</summary>
    public long Version { get; set; } = 1;
}

/// <summary>A product's place in a collection.</summary>
public sealed class CollectionEntry
{
    public required string Collection { get; init; }

    public required Guid ProductId { get; init; }

    public int Position { get; set; }
}

/// <summary>An address that a product had.</summary>
public sealed class SlugRedirect
{
    public required string Slug { get; init; }

    public required Guid ProductId { get; init; }
}

/// <summary>Who of the staff changed what, and when.</summary>
public sealed class CatalogueChange
{
    public required Guid Id { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The user; null for a command on the server.</summary>
    public Guid? Actor { get; init; }

    /// <summary>What was done, such as <c>product.published</c>.</summary>
    public required string Action { get; init; }

    /// <summary>To what: a product's id, or the address or code of anything else.</summary>
    public required string Subject { get; init; }
}

/// <summary>What a product's snapshot needs to know that isn't the product's own.</summary>
/// <param name="Paths">Of categories, by slug, the root first.</param>
/// <param name="Attributes">By code.</param>
public sealed record Shelving(
    IReadOnlyDictionary<string, IReadOnlyList<CategorySnapshot>> Paths,
    IReadOnlyDictionary<string, AttributeDefinition> Attributes
);
