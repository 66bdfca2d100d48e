using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Brings what a guest has collected into the customer's cart.</summary>
/// <param name="GuestCartId">The guest's cart.</param>
/// <param name="GuestToken">The token to it.</param>
/// <param name="Strategy">
/// <c>merge</c> (the default) adds up the pieces, <c>keep_customer</c> drops the guest's lines, <c>keep_guest</c> the customer's.
/// </param>
public sealed record MergeCart(Guid GuestCartId, string GuestToken, string? Strategy = null)
{
    internal static readonly IReadOnlyDictionary<string, MergeStrategy> Strategies = new Dictionary<string, MergeStrategy>
    {
        ["merge"] = MergeStrategy.Merge,
        ["keep_customer"] = MergeStrategy.KeepCustomer,
        ["keep_guest"] = MergeStrategy.KeepGuest,
    };
}

public sealed class MergeCartValidator : AbstractValidator<MergeCart>
{
    public MergeCartValidator()
    {
        RuleFor(r => r.GuestCartId).NotEmpty().WithErrorCode("required");
        RuleFor(r => r.GuestToken).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
        RuleFor(r => r.Strategy).Must(s => s is null || MergeCart.Strategies.ContainsKey(s)).WithErrorCode("unknown");
    }
}

public static class MergeCartEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/carts/{id:guid}/merge", HandleAsync)
            .WithName("Carts.Merge")
            .WithTags("Carts")
            .WithSummary("Moves a guest cart's lines into the customer's open cart.")
            .WithDescription(
                "Pieces of equal SKUs are added, up to 99, unless another strategy is chosen. The guest cart is closed; merging it into the same cart again changes nothing."
            )
            .Validate<MergeCart>()
            .RequireAuthorization(Policies.Customer);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        MergeCart request,
        ClaimsPrincipal caller,
        CartsDbContext db,
        CartPricer pricer,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // First the guest's cart, then the customer's, as everybody who locks two carts does: nobody waits in a circle.
        var guest = await db.LockAsync(request.GuestCartId, new CartOwner(null, request.GuestToken), cancellationToken);
        var cart = await db.LockAsync(id, new CartOwner(caller.UserId(), null), cancellationToken);
        if (guest is null || cart is null)
            return CartAnswers.Unknown();
        var isDone = guest.Status == CartStatus.Merged && guest.NextCartId == cart.Id;
        if (isDone)
            return CartAnswers.Ok(http.Response, cart.ToView(await pricer.PriceAsync(db, cart, null, cancellationToken)));
        if ((CartAnswers.Refuse(cart, http.Request.Headers.IfMatch) ?? CartAnswers.Refuse(guest, default)) is { } problem)
            return problem;
        if (CartAnswers.Refused(cart.Merge(guest, MergeCart.Strategies[request.Strategy ?? "merge"])) is { } refused)
            return refused;
        return await db.SaveAsync(cart, pricer, http.Response, cancellationToken);
    }
}
