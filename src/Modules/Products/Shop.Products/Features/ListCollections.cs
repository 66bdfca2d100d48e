using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>GET /api/v1/products/collections: what staff put together, and the products of one.</summary>
internal static class ListCollectionsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/collections", ListAsync)
            .WithName("Products.ListCollections")
            .WithSummary("Collections, by address.")
            .ProducesProblem(400)
            .AllowAnonymous();
        routes
            .MapGet("/collections/{slug}", GetAsync)
            .WithName("Products.GetCollection")
            .WithSummary("A collection.")
            .ProducesProblem(404)
            .AllowAnonymous();
        routes
            .MapGet("/collections/{slug}/products", ProductsAsync)
            .WithName("Products.ListCollectionProducts")
            .WithSummary("Products of a collection that are on sale, in its order.")
            .ProducesProblem(400)
            .ProducesProblem(404)
            .AllowAnonymous();
    }

    private static async Task<Results<Ok<Page<CollectionDetail>>, ProblemHttpResult>> ListAsync(
        ProductsDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var after = "";
        if (cursor is not null && !Paging.TryDecode(cursor, out after))
            return UnknownCursor();
        var size = Paging.Limit(limit);
        var items = await db
            .Collections.AsNoTracking()
            .Where(c => string.Compare(c.Slug, after) > 0)
            .OrderBy(c => c.Slug)
            .Take(size + 1)
            .Select(c => new CollectionDetail(c.Slug, c.Title, c.Description, c.SeoTitle, c.SeoDescription, c.Version))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(items.ToPage(size, c => c.Slug));
    }

    private static async Task<Results<DocumentResult<CollectionDetail>, ProblemHttpResult>> GetAsync(
        string slug,
        ProductReads reads,
        CancellationToken cancellationToken
    ) =>
        await reads.CollectionAsync(slug, cancellationToken) is { } found
            ? new DocumentResult<CollectionDetail>(Document.Of(found, Document.ETagOf(found.Version, 0)))
            : NotFound();

    private static async Task<Results<DocumentResult<Page<ProductItem>>, ProblemHttpResult>> ProductsAsync(
        string slug,
        ProductPages pages,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null,
        string? currency = null
    )
    {
        if (currency is not null && !Prices.IsCurrency(currency))
            return Problems.Problem(400, "products.unknown_currency", "A currency is three capital letters, such as EUR.");
        (int, Guid)? after = null;
        if (cursor is not null)
        {
            if (
                !Paging.TryDecode(cursor, out var key)
                || key.Split(' ') is not [var place, var id]
                || !int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                || !Guid.TryParseExact(id, "N", out var product)
            )
                return UnknownCursor();
            after = (position, product);
        }
        return await pages.CollectionPageAsync(slug, currency, after, Paging.Limit(limit), cancellationToken) is { } page
            ? new DocumentResult<Page<ProductItem>>(page)
            : NotFound();
    }

    private static ProblemHttpResult UnknownCursor() =>
        Problems.Problem(400, "products.unknown_cursor", "The cursor isn't one that this list gave out.");

    private static ProblemHttpResult NotFound() => Problems.NotFound("products.collection_not_found", "There is no such collection.");
}
