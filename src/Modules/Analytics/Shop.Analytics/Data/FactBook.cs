using Microsoft.EntityFrameworkCore;
using Shop.Analytics.Domain;

namespace Shop.Analytics.Data;

/// <summary>Writes facts, each in one statement that does nothing when the fact is known: twice, late or at once makes no difference.</summary>
internal static class FactBook
{
    /// <summary>An order was confirmed: revenue, and the end of its way through the funnel.</summary>
    public static Task AddOrderAsync(
        this AnalyticsDbContext db,
        Guid orderId,
        DateTimeOffset at,
        string currency,
        long totalMinor,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlAsync(
            $"""
            with paid as (
              insert into analytics.funnel_facts (stage, subject_id, day) values ({Name(FunnelStage.Paid)}, {orderId}, {DayOf(
                at
            )}) on conflict (stage, subject_id) do nothing)
            insert into analytics.order_facts (order_id, day, currency, total_minor) values ({orderId}, {DayOf(
                at
            )}, {currency}, {totalMinor})
            on conflict (order_id) do nothing
            """,
            cancellationToken
        );

    /// <summary>A stage was reached.</summary>
    public static Task AddStageAsync(
        this AnalyticsDbContext db,
        FunnelStage stage,
        Guid subjectId,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlAsync(
            $"""
            insert into analytics.funnel_facts (stage, subject_id, day) values ({Name(stage)}, {subjectId}, {DayOf(
                at
            )})
            on conflict (stage, subject_id) do nothing
            """,
            cancellationToken
        );

    private static string Name(FunnelStage stage) => stage.ToString().ToLowerInvariant();

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
