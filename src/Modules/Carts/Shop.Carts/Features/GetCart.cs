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
                "A line whose price is not the one it was shown at before says so in priceChanged. Having been shown, the new price counts: it is what a checkout takes."
            )
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        Pricing pricing,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var owner = new CartOwner(caller.UserId(), token);
        if (await db.ReadAsync(id, owner, cancellationToken) is not { } cart)
            return CartAnswers.Unknown();
        if (cart.Lines.Count > 0 && cart.Show(await db.OffersOfAsync(cart, cancellationToken)))
            cart = await RememberAsync(db, id, owner, cancellationToken);
        return CartAnswers.Ok(response, cart.ToView(pricing));
    }

    // What is shown is kept, so that checkout can tell a price the shopper has seen from one that nobody showed.
    private static async Task<Cart> RememberAsync(CartsDbContext db, Guid id, CartOwner owner, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var cart = await db.LockAsync(id, owner, cancellationToken) ?? throw new InvalidOperationException("A cart is never deleted.");
        cart.Show(await db.OffersOfAsync(cart, cancellationToken));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return cart;
    }
}
