using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>
/// Gives back what nobody committed in time. It runs in every host at once: rows that another host has in hand are skipped, and a hold
/// is ended by whoever changes its state.
/// </summary>
internal sealed partial class HoldSweeper(IServiceScopeFactory scopes, TimeProvider clock, ILogger<HoldSweeper> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A commit that began while the hold was alive may still be on its way; it gets this long to arrive.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly Counter<int> Expired = Telemetry.Meter.CreateCounter<int>("shop.inventory.holds_expired");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await SweepAsync(stoppingToken) == BatchSize) { }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogSweepFailed(logger, e);
            }
        }
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IDbContextOutbox<InventoryDbContext>>();
        await using var transaction = await outbox.DbContext.Database.BeginTransactionAsync(cancellationToken);
        var rows = await outbox.DbContext.ExpireAsync(BatchSize, Grace, cancellationToken);
        var expired = rows[0].Expired;
        if (expired == 0)
            return 0;
        var items = rows.Where(r => r.Sku is not null).Select(r => new SkuAvailability(r.Sku!, InStock: true, r.Version ?? 0));
        if (Availability.Changed(items) is { } changed)
            await outbox.PublishAsync(changed);
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        Expired.Add(expired);
        LogSwept(logger, expired);
        return expired;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} holds expired")]
    private static partial void LogSwept(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sweep of holds failed; the next one tries again")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);
}
