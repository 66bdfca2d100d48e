using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>GET /api/v1/products/categories: the shelves that hold something.</summary>
internal static class ListCategoriesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/categories", HandleAsync)
            .WithName("Products.ListCategories")
            .WithSummary("Categories with at least one product on sale, by name.")
            .AllowAnonymous();

    private static async Task<DocumentResult<IReadOnlyList<CategoryItem>>> HandleAsync(
        ProductPages pages,
        CancellationToken cancellationToken
    ) => new((await pages.CategoriesAsync(cancellationToken))!);
}
