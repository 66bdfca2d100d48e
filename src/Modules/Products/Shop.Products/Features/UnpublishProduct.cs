using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Products.Contracts;
using Shop.Products.Data;
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
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> HandleAsync(
        Guid id,
        IDbContextOutbox<ProductsDbContext> outbox,
        ProductReads reads,
        ProductPages pages,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await Catalogue.BeginAsync(outbox.DbContext, cancellationToken);
        if (await outbox.DbContext.FindAsync(id, cancellationToken) is not { } product)
            return Problems.NotFound("products.not_found", "There is no such product.");
        if (product.Unpublish(clock.GetUtcNow()))
        {
            product.Revision = await Catalogue.TickAsync(outbox.DbContext, cancellationToken);
            await outbox.PublishAsync(new ProductUnpublished(product.Id, product.Version));
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        }
        return await pages.AnswerAsync(reads, product, cancellationToken);
    }
}
