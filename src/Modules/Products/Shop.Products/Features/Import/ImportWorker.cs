using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shop.Products.Data;

namespace Shop.Products.Features.Import;

/// <summary>Works uploaded imports off, one at a time in this process; those of a process that was killed are taken over.</summary>
internal sealed partial class ImportWorker(
    IDbContextFactory<ProductsDbContext> contexts,
    ImportRun run,
    TimeProvider clock,
    ILogger<ImportWorker> logger
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    // Runs that ended without getting any further, whatever ended them: their process may be what they end.
    private const int MaxAttempts = 3;

    // A slow moment of the database: a statement, a lock or a transaction that stood still (25P03) took too long.
    private static readonly string[] PassingStates = [PostgresErrorCodes.QueryCanceled, PostgresErrorCodes.LockNotAvailable, "25P03"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        long? swept = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await WorkAsync(stoppingToken)) { }
                if (swept is null || clock.GetElapsedTime(swept.Value) > BetweenSweeps)
                {
                    await WithAsync(db => ImportStore.ForgetOldAsync(db, stoppingToken));
                    swept = clock.GetTimestamp();
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }
        }
    }

    private async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var owner = Guid.CreateVersion7();
        Data.Import? import = null;
        await WithAsync(async db => import = await ImportStore.ClaimNextAsync(db, owner, cancellationToken));
        if (import is null)
            return false;
        if (import.Attempts > MaxAttempts)
        {
            LogGivenUp(logger, import.Id, MaxAttempts);
            await WithAsync(db => ImportStore.FailAsync(db, import.Id, owner, cancellationToken));
            return true;
        }
        try
        {
            await using var file = new ImportChunkStream(contexts, import.Id);
            await run.RunAsync(import, owner, file, _ => Task.CompletedTask, cancellationToken);
            LogEnded(logger, import.Id, import.State, import.Rows, import.Refused);
            return true;
        }
        catch (ImportLostException)
        {
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !IsPassing(e))
        {
            // The next run would end at the same place, and the one after that.
            LogSpoiled(logger, import.Id, e);
            await WithAsync(db => ImportStore.FailAsync(db, import.Id, owner, cancellationToken));
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e);
            await WithAsync(db => ImportStore.DeferAsync(db, import.Id, owner, cancellationToken));
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await WithAsync(db => ImportStore.ReleaseAsync(db, import.Id, owner));
            throw;
        }
    }

    // What has to do with the machine or the database's state, and not with the file.
    private static bool IsPassing(Exception? e) =>
        e switch
        {
            null => false,
            DbException database => database.IsTransient || PassingStates.Contains(database.SqlState),
            IOException or TimeoutException or OperationCanceledException => true,
            _ => IsPassing(e.InnerException),
        };

    private async Task WithAsync(Func<ProductsDbContext, Task> work)
    {
        await using var db = contexts.CreateDbContext();
        await work(db);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Import {Import} is {State}: {Rows} rows, {Refused} refused")]
    private static partial void LogEnded(ILogger logger, Guid import, ImportState state, long rows, long refused);

    [LoggerMessage(Level = LogLevel.Error, Message = "Import {Import} can't go on and has failed")]
    private static partial void LogSpoiled(ILogger logger, Guid import, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Import {Import} got no further in {Attempts} runs and has failed")]
    private static partial void LogGivenUp(ILogger logger, Guid import, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An import broke off; it goes on from its last batch")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
