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

/// <summary>Another address for a product.</summary>
/// <param name="Slug">Lower-case letters and digits, joined by single dashes.</param>
public sealed record ChangeSlug(string Slug);

internal sealed class ChangeSlugValidator : AbstractValidator<ChangeSlug>
{
    public ChangeSlugValidator() =>
        RuleFor(r => r.Slug).Must(slug => slug is not null && Slugs.IsValid(slug)).WithErrorCode("invalid_slug");
}

/// <summary>PUT /api/v1/products/{id}/slug: the old address leads to the new one from then on.</summary>
internal static class ChangeSlugEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/{id:guid}/slug", HandleAsync)
            .WithName("Products.ChangeSlug")
            .WithSummary("Gives a product another address; the old one answers 301 to it.")
            .Validate<ChangeSlug>()
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .RequireAuthorization(Policies.Staff);

    private static Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> HandleAsync(
        Guid id,
        ChangeSlug request,
        EditProduct edit,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    ) =>
        edit.ChangeAsync(
            id,
            caller,
            ifMatch,
            "product.slug_changed",
            (product, now) => product.Rename(request.Slug, now),
            cancellationToken,
            async (db, product) =>
            {
                if (product.Slug == request.Slug)
                    return null;
                if (await db.TakeSlugAsync(request.Slug, cancellationToken) is { } taken)
                    return taken;
                db.SlugRedirects.Add(new() { Slug = product.Slug, ProductId = id });
                return null;
            }
        );
}
