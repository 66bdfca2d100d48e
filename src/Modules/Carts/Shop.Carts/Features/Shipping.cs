using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Data;

namespace Shop.Carts.Features;

/// <summary>Says where a cart goes, and how.</summary>
/// <param name="Country">ISO 3166 code.</param>
/// <param name="Method">A method's code; null for the cheapest that goes there.</param>
public sealed record ChooseShipping(string Country, string? Method = null);

public sealed class ChooseShippingValidator : AbstractValidator<ChooseShipping>
{
    public ChooseShippingValidator()
    {
        RuleFor(r => r.Country).NotEmpty().WithErrorCode("required").Matches("^[A-Z]{2}$").WithErrorCode("not_a_country");
        RuleFor(r => r.Method).MaximumLength(50).WithErrorCode("too_long");
    }
}

public static class ChooseShippingEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/api/v1/carts/{id:guid}/shipping", HandleAsync)
            .WithName("Carts.ChooseShipping")
            .WithTags("Carts")
            .WithSummary("Says where a cart goes and by which method; taxes and shipping follow.")
            .WithDescription(
                "If-Match is honoured and not needed. A method that later does not go with the cart any more gives way to the cheapest."
            )
            .Validate<ChooseShipping>()
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        ChooseShipping request,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var owner = new CartOwner(caller.UserId(), token);
        if (await db.ReadAsync(id, owner, cancellationToken) is { } seen)
        {
            seen.ShipTo(request.Country, request.Method);
            await pricer.AskOutsideAsync(db, seen, cancellationToken);
        }
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var cart = await db.LockAsync(id, owner, cancellationToken);
        if (CartAnswers.Refuse(cart, http.Request.Headers.IfMatch) is { } problem)
            return problem;
        var offers = await pricer.OffersAsync(db, cart!, request.Country, cancellationToken);
        if (request.Method is { } method && !offers.Any(o => o.Code == method))
            return Problems.Unprocessable(
                "carts.shipping_unavailable",
                "This method does not take the cart there.",
                [new("methods", offers.Select(o => o.Code))]
            );
        cart!.ShipTo(request.Country, request.Method);
        return await db.SaveAsync(cart, pricer, http.Response, cancellationToken);
    }
}

/// <summary>A way the cart can go.</summary>
/// <param name="Code">The method.</param>
/// <param name="Name">As shoppers read it.</param>
/// <param name="Price">As listed, before promotions.</param>
public sealed record ShippingOfferView(string Code, string Name, Money Price);

/// <summary>The ways a cart can go, cheapest first; none when nothing goes there.</summary>
/// <param name="Items">At most one for each method.</param>
public sealed record ShippingOffers(IReadOnlyList<ShippingOfferView> Items);

public static class EstimateShippingEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/carts/{id:guid}/shipping-methods", HandleAsync)
            .WithName("Carts.EstimateShipping")
            .WithTags("Carts")
            .WithSummary("The ways a cart can go to a country, with what each would cost.")
            .AllowAnonymous();

    private static async Task<Results<Ok<ShippingOffers>, ProblemHttpResult>> HandleAsync(
        Guid id,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        CancellationToken cancellationToken,
        string? country = null
    )
    {
        if (country is not null && !(country.Length == 2 && country.All(char.IsAsciiLetterUpper)))
            return Problems.Problem(400, "carts.invalid_country", "A country is two capital letters (ISO 3166).");
        if (await db.ReadAsync(id, new CartOwner(caller.UserId(), token), cancellationToken) is not { } cart)
            return CartAnswers.Unknown();
        if (country is not null)
            cart.ShipTo(country, cart.ShippingMethod);
        await pricer.AskOutsideAsync(db, cart, cancellationToken);
        var offers = await pricer.OffersAsync(db, cart, null, cancellationToken);
        return TypedResults.Ok(
            new ShippingOffers([.. offers.Select(o => new ShippingOfferView(o.Code, o.Name, new Money(o.PriceMinor, cart.Currency)))])
        );
    }
}
