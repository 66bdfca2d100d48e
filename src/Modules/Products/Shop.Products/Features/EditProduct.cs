using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>What every small change of one product does: takes the turn, changes, notes who did it, tells the others, answers.</summary>
public sealed class EditProduct(IDbContextOutbox<ProductsDbContext> outbox, ProductReads reads, ProductPages pages, TimeProvider clock)
{
    /// <summary>Makes the change, or says why not; a second time it changes nothing and answers the same.</summary>
    /// <param name="id">The product.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="ifMatch">The ETag it was read with; null when the caller doesn't care.</param>
    /// <param name="action">What is noted.</param>
    /// <param name="change">False when there is nothing to change.</param>
    /// <param name="refuse">Refuses the change by what the database says; null when nothing can.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<Results<DocumentResult<ProductDetail>, ProblemHttpResult>> ChangeAsync(
        Guid id,
        ClaimsPrincipal caller,
        string? ifMatch,
        string action,
        Func<Product, DateTimeOffset, bool> change,
        CancellationToken cancellationToken,
        Func<ProductsDbContext, Product, Task<ProblemHttpResult?>>? refuse = null
    )
    {
        var db = outbox.DbContext;
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        if (await db.FindAsync(id, cancellationToken) is not { } product)
            return Problems.NotFound("products.not_found", "There is no such product.");
        if (ProductWriting.Unmatched(ifMatch, product.Version, required: false) is { } unmatched)
            return unmatched;
        if (refuse is not null && await refuse(db, product) is { } refused)
            return refused;
        var wasShown = product.Status == ProductStatus.Published;
        if (change(product, clock.GetUtcNow()))
        {
            product.Revision = await Catalogue.TickAsync(db, cancellationToken);
            db.Note(caller, action, $"{id}");
            await outbox.AnnounceAsync(product, wasShown, cancellationToken);
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        }
        return await pages.AnswerAsync(reads, product, cancellationToken);
    }
}
