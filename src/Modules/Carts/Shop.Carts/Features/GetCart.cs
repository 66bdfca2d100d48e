using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

public static class GetCartEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/carts/{id:guid}", HandleAsync)
            .WithName("Carts.GetCart")
            .WithTags("Carts")
            .WithSummary("Shows a cart at today's prices.")
            .WithDescription(
                "A line whose price is not the one it was shown at before says so in priceChanged, a total in totalChanged. Having been shown, the new price counts: it is what a checkout takes."
            )
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var owner = new CartOwner(caller.UserId(), token);
        if (await db.ReadAsync(id, owner, cancellationToken) is not { } cart)
            return CartAnswers.Unknown();
        var shown = cart.ShownTotalMinor;
        var changed = cart.Lines.Count > 0 && cart.Show(await db.OffersOfAsync(cart, cancellationToken));
        await pricer.AskOutsideAsync(db, cart, cancellationToken);
        var priced = await pricer.PriceAsync(db, cart, null, cancellationToken);
        if (changed || (cart.Status == CartStatus.Open && shown is not null && shown != priced.TotalMinor))
            (cart, priced) = await RememberAsync(db, id, owner, pricer, cancellationToken);
        return CartAnswers.Ok(response, cart.ToView(priced, shownMinor: cart.Status == CartStatus.Open ? shown : null));
    }

    // What is shown is kept, so that checkout can tell a price the shopper has seen from one that nobody showed.
    private static async Task<(Cart Cart, PricedCart Priced)> RememberAsync(
        CartsDbContext db,
        Guid id,
        CartOwner owner,
        CartPricer pricer,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var cart = await db.LockAsync(id, owner, cancellationToken) ?? throw new InvalidOperationException("A cart is never deleted.");
        var changed = cart.Show(await db.OffersOfAsync(cart, cancellationToken));
        var priced = await pricer.PriceAsync(db, cart, null, cancellationToken);
        // One version for all that changed.
        if (cart.Status == CartStatus.Open && cart.Show(priced.TotalMinor) && !changed)
            cart.Renew();
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (cart, priced);
    }
}
