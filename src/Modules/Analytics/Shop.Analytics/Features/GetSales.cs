using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.Analytics.Data;
using Shop.Analytics.Domain;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Analytics.Features;

/// <summary>What was sold on one day in one currency.</summary>
/// <param name="Day">UTC day of confirmation.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Orders">Confirmed orders.</param>
/// <param name="Revenue">What their payers paid.</param>
/// <param name="AverageOrderValue">Revenue by order, rounded half to even.</param>
public sealed record SalesOfDay(DateOnly Day, string Currency, long Orders, Money Revenue, Money AverageOrderValue);

/// <summary>Sales by day and currency; days without orders are missing.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Days">Oldest first.</param>
public sealed record SalesReport(DateOnly From, DateOnly To, IReadOnlyList<SalesOfDay> Days);

/// <summary>GET /api/v1/analytics/sales</summary>
internal static class GetSalesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/analytics/sales", HandleAsync)
            .WithName("Analytics.GetSales")
            .WithTags("Analytics")
            .WithSummary("Orders, revenue and average order value by day and currency, over at most 366 days.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<SalesReport>, ProblemHttpResult>> HandleAsync(
        DateOnly? from,
        DateOnly? to,
        AnalyticsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (!DateRange.TryCreate(from, to, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), out var range))
            return RangeProblem.Answer();
        var days = await db
            .Orders.Where(o => o.Day >= range.From && o.Day <= range.To)
            .GroupBy(o => new { o.Day, o.Currency })
            .Select(g => new
            {
                g.Key.Day,
                g.Key.Currency,
                Orders = g.LongCount(),
                Revenue = g.Sum(o => o.TotalMinor),
            })
            .OrderBy(s => s.Day)
            .ThenBy(s => s.Currency)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(
            new SalesReport(
                range.From,
                range.To,
                [
                    .. days.Select(d => new SalesOfDay(
                        d.Day,
                        d.Currency,
                        d.Orders,
                        new(d.Revenue, d.Currency),
                        new(Average(d.Revenue, d.Orders), d.Currency)
                    )),
                ]
            )
        );
    }

    private static long Average(long sum, long count) => (long)Math.Round((decimal)sum / count, MidpointRounding.ToEven);
}
