using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>
/// GET /api/v1/products/{slug}: a product on sale; staff see drafts and deleted ones too. A former address answers 301. Prices are shown in
/// the asked currency; a variant that has none in it is shown without one.
/// </summary>
internal static class GetProductEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/{slug}", HandleAsync)
            .WithName("Products.GetProduct")
            .WithSummary("A product on sale with its variants; staff see drafts too.")
            .Produces(301)
            .Produces(304)
            .ProducesProblem(400)
            .ProducesProblem(404)
            .AllowAnonymous();

    private static async Task<Results<DocumentResult<ProductDetail>, RedirectHttpResult, ProblemHttpResult>> HandleAsync(
        string slug,
        ProductPages pages,
        ProductReads reads,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken,
        string? currency = null
    )
    {
        if (currency is not null && !Prices.IsCurrency(currency))
            return Problems.Problem(400, "products.unknown_currency", "A currency is three capital letters, such as EUR.");
        var product = await pages.ProductAsync(slug, currency, cancellationToken);
        var isStaff = caller.IsStaff();
        if (product is null && isStaff)
            product = await reads.ProductAsync(slug, currency ?? pages.Currency, drafts: true, cancellationToken);
        if (product is not null)
            return new DocumentResult<ProductDetail>(product);
        return Slugs.IsAddress(slug) && await reads.RedirectAsync(slug, isStaff, cancellationToken) is { } now
            ? TypedResults.Redirect($"/api/v1/products/{now}{(currency is null ? "" : $"?currency={currency}")}", permanent: true)
            : Problems.NotFound("products.not_found", "There is no such product.");
    }
}
