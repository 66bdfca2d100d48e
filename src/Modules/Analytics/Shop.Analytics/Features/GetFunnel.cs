using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.Analytics.Data;
using Shop.Analytics.Domain;
using Shop.BuildingBlocks;

namespace Shop.Analytics.Features;

/// <summary>How far shoppers came on one day.</summary>
/// <param name="Day">UTC day.</param>
/// <param name="Carts">Carts that got their first line.</param>
/// <param name="Checkouts">Purchases begun.</param>
/// <param name="Paid">Orders confirmed.</param>
/// <param name="Failed">Purchases that ended without an order.</param>
public sealed record FunnelOfDay(DateOnly Day, long Carts, long Checkouts, long Paid, long Failed);

/// <summary>The funnel by day; days without a trace are missing.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Days">Oldest first.</param>
public sealed record FunnelReport(DateOnly From, DateOnly To, IReadOnlyList<FunnelOfDay> Days);

/// <summary>GET /api/v1/analytics/funnel</summary>
internal static class GetFunnelEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/analytics/funnel", HandleAsync)
            .WithName("Analytics.GetFunnel")
            .WithTags("Analytics")
            .WithSummary("Carts, checkouts, paid and failed by day, over at most 366 days.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<FunnelReport>, ProblemHttpResult>> HandleAsync(
        DateOnly? from,
        DateOnly? to,
        AnalyticsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (!DateRange.TryCreate(from, to, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), out var range))
            return RangeProblem.Answer();
        var counts = await db
            .Funnel.Where(f => f.Day >= range.From && f.Day <= range.To)
            .GroupBy(f => new { f.Day, f.Stage })
            .Select(g => new
            {
                g.Key.Day,
                g.Key.Stage,
                Count = g.LongCount(),
            })
            .ToListAsync(cancellationToken);
        var days = counts
            .GroupBy(c => c.Day)
            .OrderBy(g => g.Key)
            .Select(g =>
            {
                var stages = g.ToDictionary(c => c.Stage, c => c.Count);
                return new FunnelOfDay(
                    g.Key,
                    stages.GetValueOrDefault(FunnelStage.Cart),
                    stages.GetValueOrDefault(FunnelStage.Checkout),
                    stages.GetValueOrDefault(FunnelStage.Paid),
                    stages.GetValueOrDefault(FunnelStage.Failed)
                );
            });
        return TypedResults.Ok(new FunnelReport(range.From, range.To, [.. days]));
    }
}
