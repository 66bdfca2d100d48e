using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Search.Data;

namespace Shop.Search.Features;

/// <summary>A search that found nothing.</summary>
/// <param name="Text">What was typed, in lower case.</param>
/// <param name="Count">How often, over the days asked for.</param>
/// <param name="LastDay">The last day it was.</param>
public sealed record MissedSearchCount(string Text, long Count, DateOnly LastDay);

/// <summary>
/// Counts searches that found nothing: in memory, written every ten seconds. What looks like somebody's address or number isn't kept, nor is who asked.
/// Bounded: so many different texts between two writes, so many a day, for so many days; what comes beyond is not counted.
/// </summary>
public sealed partial class MissedSearches(
    [FromKeyedServices(SearchModule.Schema)] NpgsqlDataSource database,
    TimeProvider clock,
    ILogger<MissedSearches> logger
) : BackgroundService
{
    internal const int MaxBetweenWrites = 1_000;
    internal const int MaxPerDay = 5_000;
    private const int MaxDigits = 5;
    private const int Days = 90;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private ConcurrentDictionary<string, long> _counts = new();

    /// <summary>Counts one, unless it looks personal.</summary>
    public void Add(string typed)
    {
        var counts = _counts;
        if (Normalise(typed) is { } text && (counts.Count < MaxBetweenWrites || counts.ContainsKey(text)))
            counts.AddOrUpdate(text, 1, (_, count) => count + 1);
    }

    /// <summary>Lower case, single spaces; null for an e-mail address, and for digits as long as a telephone number's, whatever stands between them.</summary>
    internal static string? Normalise(string typed)
    {
        var text = string.Join(' ', typed.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 || text.Contains('@') || text.Count(char.IsDigit) > MaxDigits ? null : text;
    }

    /// <summary>Writes what was counted since the last time. What can't be written is forgotten: it's a count, not a promise.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var counts = Interlocked.Exchange(ref _counts, new());
        if (counts.IsEmpty)
            return;
        var rows = counts.ToArray();
        await using var command = database.CreateCommand(
            $"""
            insert into search.missed_searches as known (day, text, count)
            select $1, said.text, said.count
            from unnest($2, $3) as said (text, count)
            where exists (select from search.missed_searches m where m.day = $1 and m.text = said.text)
               or (select count(*) from search.missed_searches m where m.day = $1) + {rows.Length} <= {MaxPerDay}
            order by said.text
            on conflict (day, text) do update set count = known.count + excluded.count
            """
        );
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(r => r.Key)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(r => r.Value)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var forget = database.CreateCommand($"delete from search.missed_searches where day < current_date - {Days}");
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryWriteAsync(stoppingToken);
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            LogNotWritten(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Searches without a result could not be counted")]
    private partial void LogNotWritten(Exception exception);
}

/// <summary>GET /api/v1/search/missed: what shoppers looked for in vain.</summary>
internal static class ListMissedSearchesEndpoint
{
    private const int MaxDays = 90;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/missed", HandleAsync)
            .WithName("Search.ListMissedSearches")
            .WithSummary("Searches that found nothing, the most frequent first, over at most 90 days.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<MissedSearchCount>>, ProblemHttpResult>> HandleAsync(
        SearchDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken,
        DateOnly? from = null,
        DateOnly? to = null,
        string? cursor = null,
        int? limit = null
    )
    {
        var last = to ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var first = from ?? DateOnly.FromDayNumber(Math.Max(0, last.DayNumber - 29));
        if (first > last || last.DayNumber - first.DayNumber >= MaxDays)
            return Problems.Problem(400, "search.invalid_range", $"Ask for 1 to {MaxDays} days, the first not after the last.");
        var counts = db
            .MissedSearches.Where(m => m.Day >= first && m.Day <= last)
            .GroupBy(m => m.Text)
            .Select(g => new
            {
                Text = g.Key,
                Count = g.Sum(m => m.Count),
                LastDay = g.Max(m => m.Day),
            });
        if (cursor is not null)
        {
            if (
                !Paging.TryDecode(cursor, out var key)
                || key.Split(' ', 2) is not [var count, var text]
                || !long.TryParse(count, out var after)
            )
                return Problems.Problem(400, "search.unknown_cursor", "The cursor isn't one that this list gave out.");
            counts = counts.Where(c => c.Count < after || (c.Count == after && string.Compare(c.Text, text) > 0));
        }
        var size = Paging.Limit(limit);
        var found = await counts
            .OrderByDescending(c => c.Count)
            .ThenBy(c => c.Text)
            .Take(size + 1)
            .Select(c => new MissedSearchCount(c.Text, c.Count, c.LastDay))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(found.ToPage(size, c => $"{c.Count} {c.Text}"));
    }
}
