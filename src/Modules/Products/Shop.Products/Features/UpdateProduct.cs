using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>Everything about a product but its address; what isn't said is taken away.</summary>
public sealed record UpdateProduct : ProductInput;

internal sealed class UpdateProductValidator : ProductInputValidator<UpdateProduct>;

/// <summary>PUT /api/v1/products/{id}.</summary>
internal static class UpdateProductEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/{id:guid}", HandleAsync)
            .WithName("Products.UpdateProduct")
            .WithSummary("Replaces what a product says; If-Match holds the ETag it was read with.")
            .Validate<UpdateProduct>()
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(422)
            .ProducesProblem(428)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> HandleAsync(
        Guid id,
        UpdateProduct request,
        IDbContextOutbox<ProductsDbContext> outbox,
        ProductReads reads,
        ProductPages pages,
        TimeProvider clock,
        IOptions<ProductsOptions> options,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null
    )
    {
        var db = outbox.DbContext;
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        if (await db.FindAsync(id, cancellationToken) is not { } product)
            return Problems.NotFound("products.not_found", "There is no such product.");
        if (ProductWriting.Unmatched(ifMatch, product.Version) is { } unmatched)
            return unmatched;
        var said = request.ToContent(await Catalogue.CategoryAsync(db, request.Category, cancellationToken));
        var (content, refused) = await db.CheckAsync(said, id, options.Value.Currency, cancellationToken);
        if (refused is not null)
            return refused;

        if (product.Change(content, clock.GetUtcNow()))
        {
            product.Revision = await Catalogue.TickAsync(db, cancellationToken);
            await outbox.SendOpeningStockAsync(
                [.. request.Variants.Select(v => new StockLine(v.Sku.Trim(), v.OpeningStock ?? 0))],
                cancellationToken
            );
            db.Note(caller, "product.updated", $"{id}");
            await outbox.AnnounceAsync(product, wasShown: false, cancellationToken);
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        }
        return await pages.AnswerAsync(reads, product, cancellationToken);
    }
}
