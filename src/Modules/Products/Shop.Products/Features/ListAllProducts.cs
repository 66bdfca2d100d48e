using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features;

/// <summary>A product as staff's lists show it.</summary>
public sealed record StaffProductItem(
    Guid Id,
    string Slug,
    string Title,
    string? Vendor,
    string? Category,
    ProductStatus Status,
    DateTimeOffset? PublishedAt,
    DateTimeOffset? DeletedAt,
    DateTimeOffset UpdatedAt,
    long Version
);

/// <summary>GET /api/v1/products/all: drafts and deleted products too. GET /api/v1/products/changes: who changed what.</summary>
internal static class ListAllProductsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/all", HandleAsync)
            .WithName("Products.ListAllProducts")
            .WithSummary("All products, newest first, by status, category, vendor or a word of the title; deleted ones when asked for.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet("/changes", ChangesAsync)
            .WithName("Products.ListChanges")
            .WithSummary("Who of the staff changed what, newest first, of everything or one subject.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Results<Ok<Page<StaffProductItem>>, ProblemHttpResult>> HandleAsync(
        ProductsDbContext db,
        CancellationToken cancellationToken,
        string? status = null,
        string? category = null,
        string? vendor = null,
        string? q = null,
        string? cursor = null,
        int? limit = null
    )
    {
        if (!ProductFilter.IsStatus(status))
            return Problems.Problem(400, "products.unknown_status", "A status is draft, scheduled, published or deleted.");
        if (!TryReadCursor(cursor, out var after))
            return UnknownCursor();
        var size = Paging.Limit(limit);
        var items = await new ProductFilter(status, category, vendor, q)
            .Of(db.Products.AsNoTracking())
            .Where(p => p.Id.CompareTo(after) < 0)
            .OrderByDescending(p => p.Id)
            .Take(size + 1)
            .Select(p => new StaffProductItem(
                p.Id,
                p.Slug,
                p.Title,
                p.Vendor,
                p.Category,
                p.Status,
                p.PublishedAt ?? (p.Status == ProductStatus.Published ? p.CreatedAt : null),
                p.DeletedAt,
                p.UpdatedAt,
                p.Version
            ))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(items.ToPage(size, p => p.Id.ToString("N")));
    }

    private static async Task<Results<Ok<Page<CatalogueChange>>, ProblemHttpResult>> ChangesAsync(
        ProductsDbContext db,
        CancellationToken cancellationToken,
        string? subject = null,
        string? cursor = null,
        int? limit = null
    )
    {
        if (!TryReadCursor(cursor, out var after))
            return UnknownCursor();
        var size = Paging.Limit(limit);
        var items = await db
            .Changes.AsNoTracking()
            .Where(c => (subject == null || c.Subject == subject) && c.Id.CompareTo(after) < 0)
            .OrderByDescending(c => c.Id)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(items.ToPage(size, c => c.Id.ToString("N")));
    }

    private static bool TryReadCursor(string? cursor, out Guid after)
    {
        after = Guid.AllBitsSet;
        return cursor is null || (Paging.TryDecode(cursor, out var key) && Guid.TryParseExact(key, "N", out after));
    }

    private static ProblemHttpResult UnknownCursor() =>
        Problems.Problem(400, "products.unknown_cursor", "The cursor isn't one that this list gave out.");
}

/// <summary>Which products staff mean.</summary>
/// <param name="Status">draft, scheduled, published or deleted; all but deleted ones when null.</param>
/// <param name="Category">Slug of the category itself, not of those below it.</param>
/// <param name="Vendor">Maker.</param>
/// <param name="Q">Part of the title.</param>
internal sealed record ProductFilter(string? Status, string? Category, string? Vendor, string? Q)
{
    public static bool IsStatus(string? status) => status is null or "draft" or "scheduled" or "published" or "deleted";

    public IQueryable<Product> Of(IQueryable<Product> products)
    {
        products = Status switch
        {
            "published" => products.Where(p => p.Status == ProductStatus.Published),
            "scheduled" => products.Where(p => p.Status == ProductStatus.Draft && p.PublishedAt != null),
            "draft" => products.Where(p => p.Status == ProductStatus.Draft && p.PublishedAt == null && p.DeletedAt == null),
            "deleted" => products.Where(p => p.DeletedAt != null),
            _ => products.Where(p => p.DeletedAt == null),
        };
        if (Category is not null)
            products = products.Where(p => p.Category == Category);
        if (Vendor is not null)
            products = products.Where(p => p.Vendor == Vendor);
        if (Q is { Length: > 0 })
            products = products.Where(p => p.Title.ToLower().Contains(Q.ToLower()));
        return products;
    }
}
