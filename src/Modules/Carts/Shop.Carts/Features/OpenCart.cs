using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

public static class OpenCartEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/carts", HandleAsync)
            .WithName("Carts.OpenCart")
            .WithTags("Carts")
            .WithSummary("Gives a cart to fill.")
            .WithDescription(
                "A guest gets a new one and, this once, the token to it. A customer gets the one open cart there is, or a new one."
            )
            .AllowAnonymous();

    private static async Task<Results<Created<CartView>, Ok<CartView>>> HandleAsync(
        ClaimsPrincipal caller,
        CartsDbContext db,
        IOptions<CartsOptions> options,
        CartPricer pricer,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var customer = caller.UserId();
        if (customer is not null && await FindOpenAsync(db, customer.Value, cancellationToken) is { } open)
            return CartAnswers.Ok(response, open.ToView(await pricer.PriceAsync(db, open, null, cancellationToken)));
        var token = customer is null ? CartOwner.NewToken() : null;
        var cart = new Cart
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            CustomerId = customer,
            TokenHash = token is null ? null : CartOwner.Hash(token),
            Currency = options.Value.Currency,
            CreatedAt = clock.GetUtcNow(),
        };
        cart.Show(0);
        db.Carts.Add(cart);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Another tab of this customer was faster; nothing else is unique here.
            var other =
                await FindOpenAsync(db, customer!.Value, cancellationToken) ?? throw new InvalidOperationException("No open cart.", e);
            return CartAnswers.Ok(response, other.ToView(await pricer.PriceAsync(db, other, null, cancellationToken)));
        }
        return CartAnswers.Created(response, cart.ToView(await pricer.PriceAsync(db, cart, null, cancellationToken), token));
    }

    private static Task<Cart?> FindOpenAsync(CartsDbContext db, Guid customer, CancellationToken cancellationToken) =>
        db
            .Carts.AsNoTracking()
            .Include(c => c.Lines)
            .SingleOrDefaultAsync(c => c.CustomerId == customer && c.Status == CartStatus.Open, cancellationToken);
}
