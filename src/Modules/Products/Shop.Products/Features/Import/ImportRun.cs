using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Products.Data;
using Shop.Products.Pages;

namespace Shop.Products.Features.Import;

/// <summary>
/// Takes over a file of products. It streams: a batch of rows is in memory, never the file. Each batch is a transaction with the mark of how
/// far the import is; a run that broke off is finished by another that reads the file up to the mark again and goes on from there.
/// </summary>
internal sealed class ImportRun(
    IDbContextFactory<ProductsDbContext> contexts,
    TimeProvider clock,
    ProductPages pages,
    IOptions<ProductsOptions> options
)
{
    // Short turns with time between them: neither readers nor other writers wait for long.
    private const int BatchRows = 250;
    private const int MaxPending = 1_000;

    // What a slow moment cost is made up for, but not more than this.
    private const double MaxSecondsBehind = 1;

    // A fifth of the lease: it is renewed while a long stretch of the file is only read, too.
    private static readonly TimeSpan BetweenSigns = ImportStore.Lease / 5;

    /// <summary>Runs to the end, or until staff or the token say so.</summary>
    /// <param name="import">In this process's hands; gets the counts.</param>
    /// <param name="owner">This process.</param>
    /// <param name="file">From its start.</param>
    /// <param name="savedAsync">Called after each batch with what was refused in it.</param>
    /// <param name="cancellationToken">Undoes the batch at hand; what was imported before stays.</param>
    public async Task RunAsync(
        Data.Import import,
        Guid owner,
        Stream file,
        Func<IReadOnlyList<Refusal>, Task> savedAsync,
        CancellationToken cancellationToken
    )
    {
        var started = clock.GetTimestamp();
        var secondsBefore = import.Seconds;
        var settledBefore = import.SettledLine;
        var report = new ImportReport(settledBefore, await RefusedAfterAsync(import, cancellationToken));
        var batch = new List<ImportedProduct>();
        var (weight, due, saved, cancel) = (0, 0.0, started, false);
        await foreach (var product in await ReadAsync(import, file, report, cancellationToken))
        {
            if (product is not null && product.Line > settledBefore)
            {
                batch.Add(product);
                weight += product.Weight;
            }
            if (weight >= BatchRows || report.Pending.Count >= MaxPending || clock.GetElapsedTime(saved) >= BetweenSigns)
            {
                var rows = weight;
                await FlushAsync();
                if (cancel)
                    break;
                await PauseAsync(rows);
            }
        }
        if (!cancel)
            await FlushAsync();
        var state =
            cancel ? ImportState.Canceled
            : report.Completed ? ImportState.Completed
            : ImportState.Failed;
        await WithAsync(db => ImportStore.FinishAsync(db, import, state, owner, CancellationToken.None));
        pages.Recheck();

        async Task FlushAsync()
        {
            import.Rows = Math.Max(import.Rows, report.Rows);
            import.BytesRead = Math.Max(import.BytesRead, file.Position);
            import.SettledLine = Math.Max(import.SettledLine, report.Settled);
            import.Seconds = secondsBefore + clock.GetElapsedTime(started).TotalSeconds;
            await WithAsync(async db =>
                cancel = await new ImportBatch(db, report, clock.GetUtcNow()).WriteAsync(batch, import, owner, cancellationToken)
            );
            FaultPoint.Hit("products/import:after-batch");
            await savedAsync(report.Pending);
            report.Pending.Clear();
            batch.Clear();
            weight = 0;
        }

        async Task PauseAsync(int rows)
        {
            var spent = clock.GetElapsedTime(started).TotalSeconds;
            due = Math.Max(due + (double)rows / options.Value.ImportedRowsPerSecond, spent - MaxSecondsBehind);
            if (due > spent)
                // No longer than between two signs of life, however slow it shall be.
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(due - spent, BetweenSigns.TotalSeconds)), clock, cancellationToken);
            saved = clock.GetTimestamp();
        }
    }

    private async Task<HashSet<int>> RefusedAfterAsync(Data.Import import, CancellationToken cancellationToken)
    {
        HashSet<int> lines = [];
        await WithAsync(async db =>
            lines = await db
                .ImportRefusals.Where(r => r.ImportId == import.Id && r.Line > import.SettledLine)
                .Select(r => r.Line)
                .ToHashSetAsync(cancellationToken)
        );
        return lines;
    }

    private async Task<IAsyncEnumerable<ImportedProduct?>> ReadAsync(
        Data.Import import,
        Stream file,
        ImportReport report,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyDictionary<string, Domain.AttributeDefinition> attributes = null!;
        await WithAsync(async db => attributes = await db.Attributes.AsNoTracking().ToDictionaryAsync(a => a.Code, cancellationToken));
        return import.Format == ImportFormat.Csv
            ? new ImportReader(file, report, options.Value.Currency, attributes).ReadAsync(cancellationToken)
            : new NdjsonReader(file, report, options.Value.Currency, attributes).ReadAsync(cancellationToken);
    }

    private async Task WithAsync(Func<ProductsDbContext, Task> work)
    {
        await using var db = contexts.CreateDbContext();
        await work(db);
    }
}
