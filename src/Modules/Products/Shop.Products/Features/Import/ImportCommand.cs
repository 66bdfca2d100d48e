using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;

namespace Shop.Products.Features.Import;

/// <summary>Imports a file that this process reads itself: the command, and the demo catalogue.</summary>
internal sealed class ImportCommand(IDbContextFactory<ProductsDbContext> contexts, ImportRun run, TimeProvider clock)
{
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1);

    /// <summary>Imports a stream; when it breaks off, nothing finds it again.</summary>
    public async Task<ImportSummary> RunAsync(Stream csv, TextWriter report, CancellationToken cancellationToken)
    {
        var (import, owner) = await BeginAsync(ImportFormat.Csv, "", $"{Guid.CreateVersion7():N}", 0, cancellationToken);
        await run.RunAsync(import, owner, csv, refusals => ImportReport.WriteAsync(report, refusals), cancellationToken);
        await report.FlushAsync(cancellationToken);
        return SummaryOf(import);
    }

    /// <summary>Imports a file, or goes on with the import of the same content that broke off.</summary>
    public async Task<ImportSummary> RunFileAsync(string file, TextWriter report, TextWriter progress, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        var fingerprint = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        content.Position = 0;
        var format = file.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase) ? ImportFormat.Ndjson : ImportFormat.Csv;
        var (import, owner) = await ResumeAsync(fingerprint, progress, cancellationToken) is { } found
            ? found
            : await BeginAsync(format, Path.GetFileName(file), fingerprint, content.Length, cancellationToken);
        if (import.Rows > 0)
            await progress.WriteLineAsync($"goes on after row {import.Rows}, where an earlier import of this file broke off");
        // The report of the run before may lack what its process had not written yet.
        await using (var db = contexts.CreateDbContext())
            await foreach (var refusal in ImportStore.RefusalsAsync(db, import.Id).WithCancellation(cancellationToken))
                await ImportReport.WriteAsync(report, [refusal]);
        var said = clock.GetTimestamp();
        try
        {
            await run.RunAsync(
                import,
                owner,
                content,
                async refusals =>
                {
                    await ImportReport.WriteAsync(report, refusals);
                    if (refusals.Count > 0)
                        await report.FlushAsync(cancellationToken);
                    if (clock.GetElapsedTime(said) < BetweenSigns)
                        return;
                    said = clock.GetTimestamp();
                    await progress.WriteLineAsync(ImportReport.Progress(import));
                },
                cancellationToken
            );
        }
        catch (OperationCanceledException)
        {
            await WithAsync(async db =>
            {
                await ImportStore.ReleaseAsync(db, import.Id, owner);
                return true;
            });
            throw;
        }
        await progress.WriteLineAsync(ImportReport.Progress(import));
        await report.FlushAsync(cancellationToken);
        return SummaryOf(import);
    }

    // Waits while somebody else has it, for as long as a process that was killed keeps it.
    private async Task<(Data.Import, Guid)?> ResumeAsync(string fingerprint, TextWriter progress, CancellationToken cancellationToken)
    {
        var owner = Guid.CreateVersion7();
        var hasWaited = false;
        while (true)
        {
            var id = await WithAsync(db =>
                db.Imports.Where(i => i.Fingerprint == fingerprint && i.State == ImportState.Running)
                    .Select(i => (Guid?)i.Id)
                    .FirstOrDefaultAsync(cancellationToken)
            );
            if (id is null)
                return null;
            if (await WithAsync(db => ImportStore.ClaimAsync(db, id.Value, owner, cancellationToken)) is { } import)
                return (import, owner);
            if (!hasWaited)
                await progress.WriteLineAsync("another process has an import of this file in hand, or had until it was killed; waiting");
            hasWaited = true;
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
        }
    }

    private async Task<(Data.Import, Guid)> BeginAsync(
        ImportFormat format,
        string name,
        string fingerprint,
        long bytes,
        CancellationToken cancellationToken
    )
    {
        var owner = Guid.CreateVersion7();
        var id = Guid.CreateVersion7();
        var import = await WithAsync(async db =>
        {
            db.Imports.Add(
                new()
                {
                    Id = id,
                    State = ImportState.Queued,
                    Format = format,
                    FileName = PlainText.Cut(name, 200),
                    Fingerprint = fingerprint,
                    Bytes = bytes,
                }
            );
            await db.SaveChangesAsync(cancellationToken);
            return await ImportStore.ClaimAsync(db, id, owner, cancellationToken);
        });
        return (import!, owner);
    }

    private static ImportSummary SummaryOf(Data.Import import) =>
        new(import.Rows, import.Created, import.Updated, import.Unchanged, import.Refused, import.State == ImportState.Completed);

    private async Task<T> WithAsync<T>(Func<ProductsDbContext, Task<T>> work)
    {
        await using var db = contexts.CreateDbContext();
        return await work(db);
    }
}
