using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Sets how many pieces a line has.</summary>
/// <param name="Quantity">1 to 99.</param>
public sealed record ChangeLine(int Quantity);

public sealed class ChangeLineValidator : AbstractValidator<ChangeLine>
{
    public ChangeLineValidator() => RuleFor(r => r.Quantity).InclusiveBetween(1, CartLine.MaxQuantity).WithErrorCode("out_of_range");
}

public static class ChangeLineEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/api/v1/carts/{id:guid}/lines/{sku}", HandleAsync)
            .WithName("Carts.ChangeLine")
            .WithTags("Carts")
            .WithSummary("Sets how many pieces a line has, at today's price.")
            .WithDescription("Needs If-Match: of two tabs that change what they saw, one wins and the other reads again.")
            .Validate<ChangeLine>()
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        string sku,
        ChangeLine request,
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
        var offers = await db.OffersOfAsync(cart!, cancellationToken);
        if (CartAnswers.Refused(cart!.Change(sku, request.Quantity, offers.GetValueOrDefault(sku))) is { } refused)
            return refused;
        return await db.SaveAsync(cart, pricer, http.Response, cancellationToken);
    }
}
