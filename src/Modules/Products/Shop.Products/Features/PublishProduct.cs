using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>When to show a product.</summary>
/// <param name="At">UTC; now when it is left out or past.</param>
public sealed record PublishProduct(DateTimeOffset? At);

/// <summary>POST /api/v1/products/{id}/publish: puts a product on sale, now or later; a second time changes nothing.</summary>
internal static class PublishProductEndpoint
{
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(3650);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/{id:guid}/publish", HandleAsync)
            .WithName("Products.PublishProduct")
            .WithSummary("Puts a product on sale, now or at the given time.")
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> HandleAsync(
        Guid id,
        EditProduct edit,
        ClaimsPrincipal caller,
        TimeProvider clock,
        CancellationToken cancellationToken,
        [FromBody] PublishProduct? request = null,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    )
    {
        var at = request?.At?.ToUniversalTime();
        if (at > clock.GetUtcNow() + Furthest)
            return Problems.Problem(400, "products.publish_too_late", "That is more than ten years from now.");
        return await edit.ChangeAsync(
            id,
            caller,
            ifMatch,
            at > clock.GetUtcNow() ? "product.scheduled" : "product.published",
            (product, now) => at > now ? product.Schedule(at.Value, now) : product.Publish(now),
            cancellationToken,
            (_, product) => Task.FromResult(Refuse(product, isLater: at > clock.GetUtcNow()))
        );
    }

    private static ProblemHttpResult? Refuse(Product product, bool isLater) =>
        product.DeletedAt is not null ? Problems.Conflict("products.deleted", "The product is deleted; restore it first.")
        : isLater && product.Status == ProductStatus.Published
            ? Problems.Conflict("products.on_sale", "The product is on sale; take it off sale first.")
        : null;
}
