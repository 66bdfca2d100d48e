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
    DbContextOptions<ProductsDbContext> database,
    TimeProvider clock,
    ProductPages pages,
    IOptions<ProductsOptions> options
)
{
    private const int BatchRows = 1_000;
    private const int SkippedBetweenSigns = 10_000;

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
        var report = new ImportReport(import.ReaderRefused);
        var batch = new List<ImportedProduct>();
        var (rows, read, cancel, doneBefore) = (0, 0L, false, import.Products);
        await foreach (var product in await ReadAsync(import, file, report, cancellationToken))
        {
            if (product is null || (batch.Count > 0 && rows + product.Rows > BatchRows))
                await FlushAsync();
            if (cancel)
                break;
            if (product is null)
                continue;
            if (++read <= doneBefore)
            {
                // Says that the import is in good hands, while it reads up to the mark.
                if (read % SkippedBetweenSigns == 0)
                    await FlushAsync();
                continue;
            }
            batch.Add(product);
            rows += product.Rows;
        }
        if (!cancel)
            await FlushAsync();
        var state =
            cancel ? ImportState.Canceled
            : report.Completed ? ImportState.Completed
            : ImportState.Failed;
        await WithAsync(db => ImportStore.FinishAsync(db, import, state, owner, CancellationToken.None));

        async Task FlushAsync()
        {
            import.Rows = Math.Max(import.Rows, report.Rows);
            import.BytesRead = Math.Max(import.BytesRead, file.Position);
            import.Products = Math.Max(doneBefore, read);
            import.ReaderRefused = Math.Max(import.ReaderRefused, report.ReaderRefused);
            import.Seconds = secondsBefore + clock.GetElapsedTime(started).TotalSeconds;
            await WithAsync(async db =>
                cancel = await new ImportBatch(db, report, clock.GetUtcNow()).WriteAsync(batch, import, owner, cancellationToken)
            );
            FaultPoint.Hit("products/import:after-batch");
            pages.Recheck();
            await savedAsync(report.Pending);
            report.Pending.Clear();
            batch.Clear();
            rows = 0;
        }
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
        await using var db = new ProductsDbContext(database);
        await work(db);
    }
}
