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

public static class RemoveLineEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapDelete("/api/v1/carts/{id:guid}/lines/{sku}", HandleAsync)
            .WithName("Carts.RemoveLine")
            .WithTags("Carts")
            .WithSummary("Takes a line out of a cart.")
            .WithDescription("Needs If-Match: of two tabs that change what they saw, one wins and the other reads again.")
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        string sku,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        if (CartAnswers.RequireVersion(http.Request.Headers.IfMatch) is { } unconditional)
            return unconditional;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var cart = await db.LockAsync(id, new CartOwner(caller.UserId(), token), cancellationToken);
        if (CartAnswers.Refuse(cart, http.Request.Headers.IfMatch) is { } problem)
            return problem;
        if (CartAnswers.Refused(cart!.Remove(sku)) is { } refused)
            return refused;
        return await db.SaveAsync(cart, pricer, http.Response, cancellationToken);
    }
}
