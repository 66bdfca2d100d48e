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

/// <summary>A category as staff write it down.</summary>
/// <param name="Name">As people read it.</param>
/// <param name="Parent">Slug of the category above; left out for one at the root.</param>
/// <param name="Position">Place among its siblings; 0 when left out.</param>
/// <param name="Slug">Its address for good, when it is new; made of the name when left out.</param>
public sealed record WriteCategory(string Name, string? Parent, int? Position, string? Slug);

internal sealed class WriteCategoryValidator : AbstractValidator<WriteCategory>
{
    public WriteCategoryValidator()
    {
        RuleFor(c => c.Name).NotEmpty().WithErrorCode("required").MaximumLength(Limits.Category).WithErrorCode("too_long");
        RuleFor(c => c.Position).InclusiveBetween(0, 100_000).WithErrorCode("invalid_position");
        RuleFor(c => c.Slug)
            .Must((category, slug) => Slugs.IsCategory(slug ?? Slugs.From(category.Name ?? "")))
            .WithErrorCode("invalid_slug")
            .WithMessage("Lower-case letters and digits, joined by single dashes; give one when the name has none.");
    }
}

/// <summary>
/// Categories are made, moved with all that is below them, and deleted, one writer at a time (the catalogue's turn): so no two moves can
/// close a circle between them.
/// </summary>
internal static class WriteCategoryEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/categories", CreateAsync)
            .WithName("Products.CreateCategory")
            .WithSummary("Makes a category.")
            .Validate<WriteCategory>()
            .Produces<CategoryDetail>(201)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPut("/categories/{slug}", ChangeAsync)
            .WithName("Products.ChangeCategory")
            .WithSummary("Renames or moves a category with all that is below it; If-Match holds the ETag it was read with.")
            .Validate<WriteCategory>()
            .ProducesProblem(404)
            .ProducesProblem(412)
            .ProducesProblem(422)
            .ProducesProblem(428)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapDelete("/categories/{slug}", DeleteAsync)
            .WithName("Products.DeleteCategory")
            .WithSummary("Deletes an empty category.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Results<DocumentResult<CategoryDetail>, ProblemHttpResult>> CreateAsync(
        WriteCategory request,
        ProductsDbContext db,
        ProductReads reads,
        ProductPages pages,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var name = PlainText.Tidy(request.Name);
        var slug = request.Slug ?? Slugs.From(name);
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        if (await db.Categories.AnyAsync(c => c.Slug == slug, cancellationToken))
            return Problems.Conflict("products.category_taken", "Another category has this address.", [new("slug", slug)]);
        var (above, refused) = await PathAboveAsync(db, request.Parent, below: 1, cancellationToken);
        if (refused is not null)
            return refused;
        db.Categories.Add(
            new()
            {
                Slug = slug,
                Name = name,
                Parent = request.Parent,
                Position = request.Position ?? 0,
                Path = [.. above, slug],
            }
        );
        db.Note(http.User, "category.created", slug);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.Location = $"/api/v1/products/categories/{slug}";
        return await EndAsync(db, slug, reads, pages, cancellationToken);
    }

    private static async Task<Results<DocumentResult<CategoryDetail>, ProblemHttpResult>> ChangeAsync(
        string slug,
        WriteCategory request,
        ProductsDbContext db,
        ProductReads reads,
        ProductPages pages,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    )
    {
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        if (await db.Categories.AsNoTracking().SingleOrDefaultAsync(c => c.Slug == slug, cancellationToken) is not { } category)
            return NotFound();
        if (ProductWriting.Unmatched(ifMatch, category.Version) is { } unmatched)
            return unmatched;
        if (request.Slug is not null && request.Slug != slug)
            return Problems.Unprocessable("products.category_address", "A category keeps its address.");
        var deepest = await CategoryTree.DepthBelowAsync(db, slug, cancellationToken);
        var (above, refused) = await PathAboveAsync(db, request.Parent, deepest - category.Path.Count + 1, cancellationToken);
        if (refused is not null)
            return refused;
        if (above.Contains(slug))
            return Problems.Unprocessable("products.category_cycle", "A category can't be below itself.", [new("parent", request.Parent)]);

        await CategoryTree.ChangeAsync(
            db,
            slug,
            PlainText.Tidy(request.Name),
            request.Parent,
            request.Position ?? 0,
            above,
            category.Path.Count,
            cancellationToken
        );
        db.Note(caller, request.Parent == category.Parent ? "category.changed" : "category.moved", slug);
        await db.SaveChangesAsync(cancellationToken);
        return await EndAsync(db, slug, reads, pages, cancellationToken);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string slug,
        ProductsDbContext db,
        ProductPages pages,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        if (
            await db.Products.AnyAsync(p => p.Category == slug, cancellationToken)
            || await db.Categories.AnyAsync(c => c.Parent == slug, cancellationToken)
        )
            return Problems.Conflict("products.category_in_use", "There are products in it, or categories below it.");
        if (await db.Categories.Where(c => c.Slug == slug).ExecuteDeleteAsync(cancellationToken) == 0)
            return NotFound();
        db.Note(caller, "category.deleted", slug);
        await db.SaveChangesAsync(cancellationToken);
        await Catalogue.TickAsync(db, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        pages.Recheck();
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult NotFound() => Problems.NotFound("products.category_not_found", "There is no such category.");

    /// <summary>The path of the category above, which must be there and leave room for so many levels.</summary>
    private static async Task<(IReadOnlyList<string> Path, ProblemHttpResult? Refused)> PathAboveAsync(
        ProductsDbContext db,
        string? parent,
        int below,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> path = [];
        if (parent is not null)
        {
            var above = await db.Categories.AsNoTracking().SingleOrDefaultAsync(c => c.Slug == parent, cancellationToken);
            if (above is null)
                return (path, Problems.Unprocessable("products.unknown_category", "There is no such category.", [new("parent", parent)]));
            path = above.Path;
        }
        return path.Count + below > Limits.CategoryDepth
            ? (path, Problems.Unprocessable("products.category_too_deep", $"A category is at most {Limits.CategoryDepth} levels deep."))
            : (path, null);
    }

    private static async Task<DocumentResult<CategoryDetail>> EndAsync(
        ProductsDbContext db,
        string slug,
        ProductReads reads,
        ProductPages pages,
        CancellationToken cancellationToken
    )
    {
        await Catalogue.TickAsync(db, cancellationToken);
        await db.Database.CurrentTransaction!.CommitAsync(cancellationToken);
        pages.Recheck();
        var changed = (await reads.CategoryAsync(slug, cancellationToken))!;
        return new(Document.Of(changed));
    }
}
