using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>GET /api/v1/products: what is on sale, newest first.</summary>
internal static class ListProductsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/", HandleAsync)
            .WithName("Products.ListProducts")
            .WithSummary("Products on sale, newest first, of all categories or of one and those below it.")
            .ProducesProblem(400)
            .AllowAnonymous();

    private static async Task<Results<DocumentResult<Page<ProductItem>>, ProblemHttpResult>> HandleAsync(
        ProductPages pages,
        CancellationToken cancellationToken,
        string? category = null,
        string? cursor = null,
        int? limit = null,
        string? currency = null
    )
    {
        if (currency is not null && !Prices.IsCurrency(currency))
            return Problems.Problem(400, "products.unknown_currency", "A currency is three capital letters, such as EUR.");
        Guid? after = null;
        if (cursor is not null)
        {
            if (!Paging.TryDecode(cursor, out var key) || !Guid.TryParseExact(key, "N", out var id))
                return Problems.Problem(400, "products.unknown_cursor", "The cursor isn't one that a list of products gave out.");
            after = id;
        }
        var shelf = Slugs.From(category ?? "");
        var page = await pages.ListAsync(shelf.Length > 0 ? shelf : null, currency, after, Paging.Limit(limit), cancellationToken);
        return new DocumentResult<Page<ProductItem>>(page!);
    }
}
