using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>GET /api/v1/products/categories: the shelves that hold something, and one with those around it; staff see all.</summary>
internal static class ListCategoriesEndpoint
{
    private const int Most = 5_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/categories", HandleAsync)
            .WithName("Products.ListCategories")
            .WithSummary("Categories with at least one product on sale in them or below them, by name.")
            .AllowAnonymous();
        routes
            .MapGet("/categories/{slug}", GetAsync)
            .WithName("Products.GetCategory")
            .WithSummary("A category with those above and below it.")
            .Produces(304)
            .ProducesProblem(404)
            .AllowAnonymous();
        routes
            .MapGet("/categories/all", AllAsync)
            .WithName("Products.ListAllCategories")
            .WithSummary("All categories, empty ones too, by name.")
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<DocumentResult<IReadOnlyList<CategoryItem>>> HandleAsync(
        ProductPages pages,
        CancellationToken cancellationToken
    ) => new((await pages.CategoriesAsync(cancellationToken))!);

    private static async Task<Results<DocumentResult<CategoryDetail>, ProblemHttpResult>> GetAsync(
        string slug,
        ProductPages pages,
        CancellationToken cancellationToken
    ) =>
        await pages.CategoryAsync(slug, cancellationToken) is { } found
            ? new DocumentResult<CategoryDetail>(found)
            : Problems.NotFound("products.category_not_found", "There is no such category.");

    private static async Task<Ok<List<CategoryItem>>> AllAsync(ProductsDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(
            await db
                .Categories.AsNoTracking()
                .OrderBy(c => c.Name)
                .ThenBy(c => c.Slug)
                .Take(Most)
                .Select(c => new CategoryItem(c.Slug, c.Name, c.Parent, c.Position))
                .ToListAsync(cancellationToken)
        );
}
