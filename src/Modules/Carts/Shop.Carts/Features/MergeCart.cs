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
public sealed record MergeCart(Guid GuestCartId, string GuestToken);

public sealed class MergeCartValidator : AbstractValidator<MergeCart>
{
    public MergeCartValidator()
    {
        RuleFor(r => r.GuestCartId).NotEmpty().WithErrorCode("required");
        RuleFor(r => r.GuestToken).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
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
                "Pieces of equal SKUs are added, up to 99. The guest cart is closed; merging it into the same cart again changes nothing."
            )
            .Validate<MergeCart>()
            .RequireAuthorization(Policies.Customer);

    private static async Task<Results<Ok<CartView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        MergeCart request,
        ClaimsPrincipal caller,
        CartsDbContext db,
        Pricing pricing,
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
        if (!isDone)
        {
            if ((CartAnswers.Refuse(cart, http.Request.Headers.IfMatch) ?? CartAnswers.Refuse(guest, default)) is { } problem)
                return problem;
            if (CartAnswers.Refused(cart.Merge(guest)) is { } refused)
                return refused;
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        return CartAnswers.Ok(http.Response, cart.ToView(pricing));
    }
}
