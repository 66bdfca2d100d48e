using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>POST /api/v1/products/{id}/unpublish: takes a product off sale; a second time changes nothing.</summary>
internal static class UnpublishProductEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/{id:guid}/unpublish", HandleAsync)
            .WithName("Products.UnpublishProduct")
            .WithSummary("Takes a product off sale; it becomes a draft.")
            .ProducesProblem(404)
            .ProducesProblem(412)
            .RequireAuthorization(Policies.Staff);

    private static Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> HandleAsync(
        Guid id,
        EditProduct edit,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    ) => edit.ChangeAsync(id, caller, ifMatch, "product.unpublished", (product, now) => product.Unpublish(now), cancellationToken);
}
