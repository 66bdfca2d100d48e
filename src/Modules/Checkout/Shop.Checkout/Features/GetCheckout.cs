using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;

namespace Shop.Checkout.Features;

/// <summary><c>GET /api/v1/checkouts/{id}</c>: how far a purchase has come.</summary>
public static class GetCheckoutEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/checkouts/{id:guid}", HandleAsync)
            .WithName("Checkout.GetCheckout")
            .WithTags("Checkout")
            .WithSummary("Shows how far a purchase has come, to its shopper and to staff")
            .ProducesProblem(404)
            .AllowAnonymous();

    private static async Task<Results<Ok<CheckoutView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        HttpContext http,
        CheckoutWatcher watcher,
        CancellationToken cancellationToken
    ) =>
        await watcher.FindAsync(id, cancellationToken) is { } checkout && Shopper.MaySee(http, checkout)
            ? TypedResults.Ok(CheckoutView.Of(checkout))
            : Problems.NotFound("checkout.not_found", "There is no such checkout.");
}
