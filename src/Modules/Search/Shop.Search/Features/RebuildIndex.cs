using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Search.Data;
using Shop.Search.Domain;
using Shop.Search.Rebuilds;

namespace Shop.Search.Features;

/// <summary>A rebuild of the index.</summary>
/// <param name="Id">The rebuild.</param>
/// <param name="State"><c>requested</c>, <c>filling</c>, <c>indexing</c>, <c>swapping</c>, <c>completed</c>, <c>canceled</c> or <c>failed</c>.</param>
/// <param name="Language">Of the new index.</param>
/// <param name="RequestedBy">Who asked; null when the shop's language was changed.</param>
/// <param name="RequestedAt">When, UTC.</param>
/// <param name="FinishedAt">When it came to its end, UTC; null before.</param>
/// <param name="Done">Products copied.</param>
/// <param name="Total">Products there are to copy.</param>
/// <param name="Failures">Steps that failed and were tried again.</param>
public sealed record RebuildStatus(
    Guid Id,
    string State,
    string Language,
    Guid? RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset? FinishedAt,
    long Done,
    long Total,
    int Failures
);

/// <summary>/api/v1/search/rebuilds: starts, shows and stops rebuilds; searches go on meanwhile.</summary>
internal static class RebuildIndexEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/rebuilds", StartAsync)
            .WithName("Search.StartRebuild")
            .WithSummary("Begins to rebuild the index beside the one that is searched; one at a time.")
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Admin);
        routes
            .MapGet("/rebuilds", ListAsync)
            .WithName("Search.ListRebuilds")
            .WithSummary("Rebuilds, the latest first, with how far they are and who asked.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet("/rebuilds/{id:guid}", GetAsync)
            .WithName("Search.GetRebuild")
            .WithSummary("How far a rebuild is.")
            .ProducesProblem(404)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPost("/rebuilds/{id:guid}/cancel", CancelAsync)
            .WithName("Search.CancelRebuild")
            .WithSummary("Stops a rebuild after its present step; the index that is searched stays.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Admin);
    }

    private static async Task<Results<Accepted<RebuildStatus>, ProblemHttpResult>> StartAsync(
        ClaimsPrincipal caller,
        RebuildBook book,
        RebuildWorker worker,
        SearchDbContext db,
        IOptions<SearchOptions> options,
        CancellationToken cancellationToken
    )
    {
        var id = Guid.CreateVersion7();
        if (!await book.RequestAsync(id, options.Value.Language, caller.UserId(), cancellationToken))
            return Problems.Conflict("search.rebuild_active", "A rebuild is active; wait for its end or cancel it.");
        worker.Wake();
        return TypedResults.Accepted(
            $"/api/v1/search/rebuilds/{id}",
            StatusOf(await db.Rebuilds.AsNoTracking().SingleAsync(r => r.Id == id, cancellationToken))
        );
    }

    private static async Task<Results<Ok<Page<RebuildStatus>>, ProblemHttpResult>> ListAsync(
        SearchDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var rebuilds = db.Rebuilds.AsNoTracking();
        if (cursor is not null)
        {
            // Ids are made in the order of time.
            if (!Paging.TryDecode(cursor, out var key) || !Guid.TryParseExact(key, "N", out var after))
                return Problems.Problem(400, "search.unknown_cursor", "The cursor isn't one that this list gave out.");
            rebuilds = rebuilds.Where(r => r.Id < after);
        }
        var size = Paging.Limit(limit);
        var found = await rebuilds.OrderByDescending(r => r.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(found.ConvertAll(StatusOf).ToPage(size, r => r.Id.ToString("N")));
    }

    private static async Task<Results<Ok<RebuildStatus>, ProblemHttpResult>> GetAsync(
        Guid id,
        SearchDbContext db,
        CancellationToken cancellationToken
    ) =>
        await db.Rebuilds.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } rebuild
            ? TypedResults.Ok(StatusOf(rebuild))
            : Problems.NotFound("search.unknown_rebuild", "There is no such rebuild.");

    private static async Task<Results<Accepted, ProblemHttpResult>> CancelAsync(
        Guid id,
        RebuildWorker worker,
        SearchDbContext db,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var stopped = await db
                .Rebuilds.Where(r => r.Id == id && r.Active == true)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.CancelRequested, true), cancellationToken);
            if (stopped == 1)
            {
                worker.Wake();
                return TypedResults.Accepted($"/api/v1/search/rebuilds/{id}");
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return Problems.Conflict("search.rebuild_busy", "The rebuild is in a step that can't be stopped; ask again when it's through.");
        }
        return await db.Rebuilds.AnyAsync(r => r.Id == id, cancellationToken)
            ? Problems.Conflict("search.rebuild_ended", "The rebuild has ended.")
            : Problems.NotFound("search.unknown_rebuild", "There is no such rebuild.");
    }

    private static RebuildStatus StatusOf(Rebuild r) =>
        new(
            r.Id,
            r.State.ToString().ToLowerInvariant(),
            r.Language,
            r.RequestedBy,
            r.RequestedAt,
            r.FinishedAt,
            r.Done,
            r.Total,
            r.Failures
        );
}
