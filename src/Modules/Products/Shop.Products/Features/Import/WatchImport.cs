using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Products.Data;

namespace Shop.Products.Features.Import;

/// <summary>An import as staff watch it.</summary>
/// <param name="Id">The import.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Format">What its file is written in.</param>
/// <param name="FileName">As its sender called it.</param>
/// <param name="Percent">How much of the file was read.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="RowsPerSecond">Over the time that was worked on it.</param>
/// <param name="Created">Products that are new.</param>
/// <param name="Updated">Products that now say something else.</param>
/// <param name="Unchanged">Products that said the same already.</param>
/// <param name="Refused">Rows refused.</param>
/// <param name="CreatedAt">When it came in.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record ImportView(
    Guid Id,
    ImportState State,
    ImportFormat Format,
    string FileName,
    double Percent,
    long Rows,
    double RowsPerSecond,
    long Created,
    long Updated,
    long Unchanged,
    long Refused,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt
)
{
    internal static ImportView Of(Data.Import i) =>
        new(
            i.Id,
            i.State,
            i.Format,
            i.FileName,
            Math.Round(i.Percent(), 1),
            i.Rows,
            i.Seconds > 0 ? Math.Round(i.Rows / i.Seconds, 1) : 0,
            i.Created,
            i.Updated,
            i.Unchanged,
            i.Refused,
            i.CreatedAt,
            i.FinishedAt
        );
}

/// <summary>A refused row, with line, column and code.</summary>
public sealed record RefusalView(long Number, int Line, string Column, string Code, string Text);

/// <summary>Imports as staff watch and end them.</summary>
internal static class WatchImportEndpoint
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/imports", ListAsync)
            .WithName("Products.ListImports")
            .WithSummary("Imports, newest first.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet("/imports/{id:guid}", GetAsync)
            .WithName("Products.GetImport")
            .WithSummary("How far an import is.")
            .ProducesProblem(404)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet("/imports/{id:guid}/events", WatchAsync)
            .WithName("Products.WatchImport")
            .WithSummary("Streams how far an import is, until it is over.")
            .ProducesProblem(404)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet("/imports/{id:guid}/refusals", RefusalsAsync)
            .WithName("Products.ListImportRefusals")
            .WithSummary("Rows that were refused, in the order they were found.")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPost("/imports/{id:guid}/cancel", CancelAsync)
            .WithName("Products.CancelImport")
            .WithSummary("Ends an import after the batch at hand; what was imported stays.")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Results<Ok<Page<ImportView>>, ProblemHttpResult>> ListAsync(
        ProductsDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var after = Guid.AllBitsSet;
        if (cursor is not null && !(Paging.TryDecode(cursor, out var key) && Guid.TryParseExact(key, "N", out after)))
            return UnknownCursor();
        var size = Paging.Limit(limit);
        var imports = await db
            .Imports.AsNoTracking()
            .Where(i => i.Id.CompareTo(after) < 0)
            .OrderByDescending(i => i.Id)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(imports.ConvertAll(ImportView.Of).ToPage(size, i => i.Id.ToString("N")));
    }

    private static async Task<Results<Ok<ImportView>, ProblemHttpResult>> GetAsync(
        Guid id,
        ProductsDbContext db,
        CancellationToken cancellationToken
    ) => await FindAsync(db, id, cancellationToken) is { } import ? TypedResults.Ok(ImportView.Of(import)) : NotFound();

    private static async Task<Results<ServerSentEventsResult<ImportView>, ProblemHttpResult>> WatchAsync(
        Guid id,
        ProductsDbContext db,
        IDbContextFactory<ProductsDbContext> contexts,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        await FindAsync(db, id, cancellationToken) is { } import
            ? TypedResults.ServerSentEvents(EventsAsync(import, contexts, clock, cancellationToken))
            : NotFound();

    // One look each half second, on a connection that is given back in between; bounded, as who watches may have gone to bed.
    private static async IAsyncEnumerable<SseItem<ImportView>> EventsAsync(
        Data.Import import,
        IDbContextFactory<ProductsDbContext> contexts,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            yield return new(ImportView.Of(import), "progress");
            if (import.State > ImportState.Running || clock.GetElapsedTime(started) > Longest)
                yield break;
            await Task.Delay(Look, clock, cancellationToken);
            await using var db = contexts.CreateDbContext();
            if (await FindAsync(db, import.Id, cancellationToken) is not { } now)
                yield break;
            import = now;
        }
    }

    private static async Task<Results<Ok<Page<RefusalView>>, ProblemHttpResult>> RefusalsAsync(
        Guid id,
        ProductsDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var after = 0L;
        if (
            cursor is not null
            && !(Paging.TryDecode(cursor, out var key) && long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        )
            return UnknownCursor();
        var size = Paging.Limit(limit);
        var refusals = await db
            .ImportRefusals.AsNoTracking()
            .Where(r => r.ImportId == id && r.Number > after)
            .OrderBy(r => r.Number)
            .Take(size + 1)
            .Select(r => new RefusalView(r.Number, r.Line, r.Column, r.Code, r.Text))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(refusals.ToPage(size, r => r.Number.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Results<Ok<ImportView>, ProblemHttpResult>> CancelAsync(
        Guid id,
        ProductsDbContext db,
        ClaimsPrincipal caller,
        CancellationToken cancellationToken
    )
    {
        // One that nobody has begun ends here; one that runs ends itself after its batch.
        await db
            .Imports.Where(i => i.Id == id && i.State < ImportState.Running)
            .ExecuteUpdateAsync(
                set => set.SetProperty(i => i.State, ImportState.Canceled).SetProperty(i => i.CancelRequested, true),
                cancellationToken
            );
        await db
            .Imports.Where(i => i.Id == id && i.State == ImportState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.CancelRequested, true), cancellationToken);
        if (await FindAsync(db, id, cancellationToken) is not { } import)
            return NotFound();
        if (!import.CancelRequested)
            return Problems.Conflict("products.import_over", "The import is over.");
        if (import.State == ImportState.Canceled)
            await db.ImportChunks.Where(c => c.ImportId == id).ExecuteDeleteAsync(cancellationToken);
        db.Note(caller, "import.canceled", $"{id}");
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(ImportView.Of(import));
    }

    private static Task<Data.Import?> FindAsync(ProductsDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.Imports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);

    private static ProblemHttpResult NotFound() => Problems.NotFound("products.import_not_found", "There is no such import.");

    private static ProblemHttpResult UnknownCursor() =>
        Problems.Problem(400, "products.unknown_cursor", "The cursor isn't one that this list gave out.");
}
