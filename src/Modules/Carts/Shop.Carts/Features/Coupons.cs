using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Threading.RateLimiting;
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

/// <summary>Keeps codes from being guessed: an address may name 30 that don't exist in a minute. Each process counts for itself.</summary>
public sealed class CouponGuesses : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress?> _limiter = PartitionedRateLimiter.Create<IPAddress?, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(
            address?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = 30, Window = TimeSpan.FromMinutes(1) }
        )
    );

    /// <summary>How long an address has to wait that guessed too often; null when it may try.</summary>
    public TimeSpan? Wait(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(address, 0);
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1);
    }

    /// <summary>The address named one that does not exist.</summary>
    public void Count(IPAddress? address) => _limiter.AttemptAcquire(address).Dispose();

    /// <inheritdoc />
    public void Dispose() => _limiter.Dispose();
}

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
                "Refused when nobody, or this shopper, can have it now. What depends on the cart is told with it: a code that does not count yet has a reason. Codes that don't exist, named too often, make the next ones wait (429 with Retry-After)."
            )
            .Validate<AddCoupon>()
            .ProducesProblem(429)
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        AddCoupon request,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        CouponGuesses guesses,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        if (guesses.Wait(http.Connection.RemoteIpAddress) is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problems.Problem(429, "carts.too_many_codes", "Too many codes that don't exist. Try again later.");
        }
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var cart = await db.LockAsync(id, new CartOwner(caller.UserId(), token), cancellationToken);
        if (CartAnswers.Refuse(cart, http.Request.Headers.IfMatch) is { } problem)
            return problem;
        var code = Promotion.Normalize(request.Code);
        var found = await pricer.FindAsync(db, code, cart!, cancellationToken);
        if (found is null)
            guesses.Count(http.Connection.RemoteIpAddress);
        if (Refusal(found?.Refusal, found is null) is { } refusal)
            return refusal;
        if (CartAnswers.Refused(cart!.AddCoupon(code)) is { } refused)
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
