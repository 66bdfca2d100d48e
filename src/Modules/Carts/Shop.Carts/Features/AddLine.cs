using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Carts.Contracts;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Puts pieces into a cart.</summary>
/// <param name="Sku">What.</param>
/// <param name="Quantity">How many more; 1 to 99.</param>
public sealed record AddLine(string Sku, int Quantity);

public sealed class AddLineValidator : AbstractValidator<AddLine>
{
    public AddLineValidator()
    {
        RuleFor(r => r.Sku).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
        RuleFor(r => r.Quantity).InclusiveBetween(1, CartLine.MaxQuantity).WithErrorCode("out_of_range");
    }
}

public static class AddLineEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/carts/{id:guid}/lines", HandleAsync)
            .WithName("Carts.AddLine")
            .WithTags("Carts")
            .WithSummary("Puts pieces of a SKU into a cart.")
            .WithDescription("Pieces of a SKU that is in the cart already are added to its line. If-Match is honoured and not needed.")
            .Validate<AddLine>()
            .AllowAnonymous();

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        AddLine request,
        [FromHeader(Name = CartAnswers.TokenHeader)] string? token,
        ClaimsPrincipal caller,
        [FromKeyedServices(CartsModule.Schema)] NpgsqlDataSource database,
        IDbContextOutbox<CartsDbContext> outbox,
        CartPricer pricer,
        TimeProvider clock,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var owner = new CartOwner(caller.UserId(), token);
        var found = await database.ReadAsync(id, owner, request.Sku, cancellationToken);
        var read = (found?.Cart.Version ?? 0, found?.Cart.Lines.Count ?? 0);
        var isFirst = found is { Cart.StartedAt: null };
        if (Put(found, request, clock, http) is { } problem)
            return problem;
        var cart = found!.Cart;
        var priced = await pricer.PriceAsync(outbox.DbContext, cart, found.RulesVersion, cancellationToken);
        cart.Show(priced.TotalMinor);
        // The first line is news for others, and goes the way on which rows and messages are one.
        if (!isFirst && await database.WriteAsync(cart, read, cart.Lines.Single(l => l.Sku == request.Sku), cancellationToken))
            return CartAnswers.Ok(http.Response, cart.ToView(priced));
        return await PutLockedAsync(id, request, owner, outbox, pricer, clock, http, cancellationToken);
    }

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> PutLockedAsync(
        Guid id,
        AddLine request,
        CartOwner owner,
        IDbContextOutbox<CartsDbContext> outbox,
        CartPricer pricer,
        TimeProvider clock,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // The lock, the offer and the rules' version in one statement, the lines in the next, the change in the last; between them limited
        // promotions, if there are any, are asked about.
        var found = await db.Locked(id, owner)
            .Select(c => new CartToFill(
                c,
                db.Offers.FirstOrDefault(o => o.Sku == request.Sku && o.Currency == c.Currency),
                db.RulesVersions.Select(v => v.Version).Single()
            ))
            .SingleOrDefaultAsync(cancellationToken);
        if (found is not null)
            await db.LoadLinesAsync(found.Cart, cancellationToken);
        var isFirst = found is { Cart.StartedAt: null };
        if (Put(found, request, clock, http) is { } problem)
            return problem;
        var cart = found!.Cart;
        var priced = await pricer.PriceAsync(db, cart, found.RulesVersion, cancellationToken);
        cart.Show(priced.TotalMinor);
        if (isFirst)
            await outbox.PublishAsync(new CartStarted(cart.Id, cart.StartedAt!.Value));
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        return CartAnswers.Ok(http.Response, cart.ToView(priced));
    }

    private static ProblemHttpResult? Put(CartToFill? found, AddLine request, TimeProvider clock, HttpContext http)
    {
        if (CartAnswers.Refuse(found?.Cart, http.Request.Headers.IfMatch) is { } problem)
            return problem;
        return found!.Offer is { } offer
            ? CartAnswers.Refused(found.Cart.Add(offer, request.Quantity, clock.GetUtcNow()))
            : Problems.Unprocessable("carts.unknown_variant", "This is not sold here.", [new("sku", request.Sku)]);
    }
}
