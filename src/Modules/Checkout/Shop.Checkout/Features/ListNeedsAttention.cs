using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Checkout.Data;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Features;

/// <summary>A purchase a person should look at. It is still being retried.</summary>
/// <param name="Id">The purchase.</param>
/// <param name="CartId">Its cart.</param>
/// <param name="StuckAt">The step whose answer is missing.</param>
/// <param name="FailureCode">Why it was given up, if it was.</param>
/// <param name="Tries">How often the missing answer was asked for again.</param>
/// <param name="NextTryAt">When it is asked for next, UTC.</param>
/// <param name="StartedAt">When the purchase began, UTC.</param>
public sealed record CheckoutInNeed(
    Guid Id,
    Guid CartId,
    string StuckAt,
    string? FailureCode,
    int Tries,
    DateTimeOffset? NextTryAt,
    DateTimeOffset StartedAt
);

/// <summary><c>GET /api/v1/checkouts/needs-attention</c>: what staff should look at, oldest first.</summary>
public static class ListNeedsAttentionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/checkouts/needs-attention", HandleAsync)
            .WithName("Checkout.ListNeedsAttention")
            .WithTags("Checkout")
            .WithSummary("Lists purchases that are stuck, oldest first")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<CheckoutInNeed>>, ProblemHttpResult>> HandleAsync(
        CheckoutDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var after = Guid.Empty;
        if (cursor is not null && !(Paging.TryDecode(cursor, out var key) && Guid.TryParse(key, out after)))
            return Problems.Problem(400, "shop.invalid_cursor", "The cursor is not one of ours.");
        var size = Paging.Limit(limit);
        // Ids are made in the order of time.
        var rows = await db
            .Checkouts.AsNoTracking()
            .Where(c => c.Step == CheckoutStep.NeedsAttention && c.Id > after)
            .OrderBy(c => c.Id)
            .Take(size + 1)
            .Select(c => new
            {
                c.Id,
                c.CartId,
                c.StuckAt,
                c.FailureCode,
                c.Tries,
                c.WakeAt,
                c.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        var items = rows.ConvertAll(c => new CheckoutInNeed(
            c.Id,
            c.CartId,
            c.StuckAt!.Value.Name(),
            c.FailureCode,
            c.Tries,
            c.WakeAt,
            c.CreatedAt
        ));
        return TypedResults.Ok(items.ToPage(size, c => c.Id.ToString()));
    }
}
