using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks.Messaging;
using Shop.Checkout.Data;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Saga;

/// <summary>Each second, gives the purchases whose time is up their <see cref="Due"/>. Any number of processes may do it at once.</summary>
public sealed class WakeSagas(IServiceScopeFactory scopes, SagaRunner saga, TimeProvider clock, ILogger<WakeSagas> logger)
    : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WakeAllAsync(stoppingToken);
    }

    private async Task WakeAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await WakeAsync(db => db.LockDueAsync(clock.GetUtcNow(), Batch, cancellationToken), cancellationToken) == Batch) { }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "Checkouts whose time is up could not be woken together; trying each by itself");
            await WakeEachAsync(cancellationToken);
        }
    }

    // One that can't be read or saved must not keep all others asleep.
    private async Task WakeEachAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await DueAsync(cancellationToken))
            try
            {
                await WakeAsync(db => db.LockDueAsync(clock.GetUtcNow(), id, cancellationToken), cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogError(e, "Checkout {CheckoutId}, whose time is up, could not be woken", id);
            }
    }

    private async Task<IReadOnlyList<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<CheckoutDbContext>().DueAsync(clock.GetUtcNow(), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "Checkouts whose time is up could not be looked for; trying again");
            return [];
        }
    }

    /// <summary>Wakes what is due in one transaction. Rows another process or a handler holds are left to them.</summary>
    /// <returns>How many were due.</returns>
    private async Task<int> WakeAsync(Func<CheckoutDbContext, Task<List<CheckoutState>>> lockDue, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IDbContextOutbox<CheckoutDbContext>>();
        var db = outbox.DbContext;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await lockDue(db);
        foreach (var row in due)
        foreach (var message in saga.Take(db, row, new Due()))
            await outbox.PublishAsync(message);
        if (due.Count > 0)
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        return due.Count;
    }
}
