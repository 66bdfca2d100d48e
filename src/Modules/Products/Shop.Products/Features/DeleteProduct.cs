using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>
/// DELETE /api/v1/products/{id} and POST /api/v1/products/{id}/restore. A deleted product keeps its row, address and SKUs: old orders still
/// resolve, and nobody else's product takes its place.
/// </summary>
internal static class DeleteProductEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapDelete("/{id:guid}", DeleteAsync)
            .WithName("Products.DeleteProduct")
            .WithSummary("Takes a product out of the shop; staff still see it and can restore it.")
            .ProducesProblem(404)
            .ProducesProblem(412)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPost("/{id:guid}/restore", RestoreAsync)
            .WithName("Products.RestoreProduct")
            .WithSummary("Makes a deleted product a draft again.")
            .ProducesProblem(404)
            .RequireAuthorization(Policies.Staff);
    }

    private static Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> DeleteAsync(
        Guid id,
        EditProduct edit,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    ) => edit.ChangeAsync(id, caller, ifMatch, "product.deleted", (product, now) => product.Delete(now), cancellationToken);

    private static Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> RestoreAsync(
        Guid id,
        EditProduct edit,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    ) => edit.ChangeAsync(id, caller, null, "product.restored", (product, now) => product.Restore(now), cancellationToken);
}
