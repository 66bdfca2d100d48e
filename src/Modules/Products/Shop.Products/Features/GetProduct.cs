using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>GET /api/v1/products/{slug}: a product on sale; staff see drafts too.</summary>
internal static class GetProductEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/{slug}", HandleAsync)
            .WithName("Products.GetProduct")
            .WithSummary("A product on sale with its variants; staff see drafts too.")
            .Produces(304)
            .ProducesProblem(404)
            .AllowAnonymous();

    private static async Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> HandleAsync(
        string slug,
        ProductPages pages,
        ProductReads reads,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    )
    {
        var product = await pages.ProductAsync(slug, cancellationToken);
        if (product is null && caller.IsStaff())
            product = await reads.ProductAsync(slug, drafts: true, cancellationToken);
        return product is null
            ? Problems.NotFound("products.not_found", "There is no such product.")
            : new DocumentResult<ProductDetail>(product);
    }
}
