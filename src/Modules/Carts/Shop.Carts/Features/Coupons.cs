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

/// <summary>Puts a code on a cart.</summary>
/// <param name="Code">As the shopper typed it; capitals and small letters are the same.</param>
public sealed record AddCoupon(string Code);

public sealed class AddCouponValidator : AbstractValidator<AddCoupon>
{
    public AddCouponValidator() => RuleFor(r => r.Code).NotEmpty().WithErrorCode("required").MaximumLength(50).WithErrorCode("too_long");
}

public static class AddCouponEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/carts/{id:guid}/coupons", HandleAsync)
            .WithName("Carts.AddCoupon")
            .WithTags("Carts")
            .WithSummary("Puts a promotion's code on a cart.")
            .WithDescription(
                "Refused when nobody, or this shopper, can have it now. What depends on the cart is told with it: a code that does not count yet has a reason."
            )
            .Validate<AddCoupon>()
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        AddCoupon request,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var cart = await db.LockAsync(id, new CartOwner(caller.UserId(), token), cancellationToken);
        if (CartAnswers.Refuse(cart, http.Request.Headers.IfMatch) is { } problem)
            return problem;
        var code = Promotion.Normalize(request.Code);
        var found = await pricer.FindAsync(db, code, cart!.CustomerId, cancellationToken);
        if (Refusal(found?.Refusal, found is null) is { } refusal)
            return refusal;
        if (CartAnswers.Refused(cart.AddCoupon(code)) is { } refused)
            return refused;
        return await db.SaveAsync(cart, pricer, http.Response, cancellationToken);
    }

    private static ProblemHttpResult? Refusal(string? reason, bool isUnknown) =>
        isUnknown ? Problems.Unprocessable("carts.coupon_unknown", "There is no such code.")
        : reason is null ? null
        : Problems.Unprocessable(
            $"carts.coupon_{reason}",
            reason switch
            {
                "not_started" => "This code can't be used yet.",
                "expired" => "This code has expired.",
                "exhausted" => "This code has been used up.",
                "already_used" => "This code was used as often as it may be.",
                _ => "This code is not for this customer.",
            }
        );
}

public static class RemoveCouponEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapDelete("/api/v1/carts/{id:guid}/coupons/{code}", HandleAsync)
            .WithName("Carts.RemoveCoupon")
            .WithTags("Carts")
            .WithSummary("Takes a code off a cart.")
            .WithDescription("If-Match is honoured and not needed.")
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        string code,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var cart = await db.LockAsync(id, new CartOwner(caller.UserId(), token), cancellationToken);
        if (CartAnswers.Refuse(cart, http.Request.Headers.IfMatch) is { } problem)
            return problem;
        if (CartAnswers.Refused(cart!.RemoveCoupon(Promotion.Normalize(code))) is { } refused)
            return refused;
        return await db.SaveAsync(cart, pricer, http.Response, cancellationToken);
    }
}
