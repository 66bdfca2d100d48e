using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Products.Data;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>POST /api/v1/products/{id}/publish: puts a product on sale; a second time changes nothing.</summary>
internal static class PublishProductEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/{id:guid}/publish", HandleAsync)
            .WithName("Products.PublishProduct")
            .WithSummary("Puts a product on sale.")
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
        if (product.Publish(clock.GetUtcNow()))
        {
            product.Revision = await Catalogue.TickAsync(outbox.DbContext, cancellationToken);
            await outbox.PublishSnapshotsAsync([product]);
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        }
        return await pages.AnswerAsync(reads, product, cancellationToken);
    }
}
