using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Products.Contracts;
using Shop.Products.Data;
using Shop.Products.Domain;
using Shop.Products.Pages;

namespace Shop.Products.Features;

/// <summary>
/// Does in the background, in steps, what is too much for the one who caused it: tells the others about products that an import or a moved
/// branch of categories changed, no faster than they can listen; and shows products whose time has come, by the database's clock. It runs
/// in every host at once: rows that another host has in hand are skipped.
/// </summary>
public sealed partial class Announcer(
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ProductPages pages,
    IOptions<ProductsOptions> options,
    ILogger<Announcer> logger
) : BackgroundService
{
    private const int BatchProducts = 100;
    private const int BatchOpenings = 1_000;

    // Steps without a pause: a shop of a thousand products sells all of them as soon as it shows them.
    private const int AtOnce = 10;

    // While a file comes in, the processors are for it and for those who read: one small step at each tick, and most of what it changes is told
    // when it is through.
    private static readonly (int Products, int Openings) BesideImport = (10, 30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // Between two steps as well: what an import left to tell may take minutes, and a product's time has come when it has.
                for (var step = 1; ; step++)
                {
                    while (await PublishDueAsync(stoppingToken)) { }
                    if (!await StepAsync(stoppingToken))
                        break;
                    if (step >= AtOnce)
                        await Task.Delay(
                            TimeSpan.FromSeconds((double)BatchProducts / options.Value.AnnouncedPerSecond),
                            clock,
                            stoppingToken
                        );
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }
        }
    }

    /// <summary>Tells about as many as a message holds, or about fewer while a file comes in.</summary>
    /// <returns>False when there is nothing more to tell at this tick.</returns>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IDbContextOutbox<ProductsDbContext>>();
        var db = outbox.DbContext;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var importing = (
            await db
                .Database.SqlQuery<bool>(
                    $"select exists (select from products.imports where state = {(int)ImportState.Running} and owner is not null and lease_until > now()) as value"
                )
                .ToListAsync(cancellationToken)
        )[0];
        var most = importing ? BesideImport : (Products: BatchProducts, Openings: BatchOpenings);
        var openings = await db
            .Openings.FromSql(
                $"""
                delete from products.openings where sku in (
                  select sku from products.openings order by sku limit {most.Openings} for update skip locked)
                returning *
                """
            )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        var ids = await db
            .Database.SqlQuery<Guid>(
                $"""
                delete from products.announcements where product_id in (
                  select product_id from products.announcements order by priority, product_id limit {most.Products} for update skip locked)
                returning product_id as value
                """
            )
            .ToListAsync(cancellationToken);
        if (openings.Count + ids.Count == 0)
            return false;
        await outbox.SendOpeningStockAsync(openings.Select(o => new StockLine(o.Sku, o.Quantity)));
        var products = await db
            .Products.AsNoTracking()
            .Include("_variants")
            .AsSplitQuery()
            .Where(p => ids.Contains(p.Id))
            .OrderBy(p => p.Id)
            .ToListAsync(cancellationToken);
        await outbox.PublishSnapshotsAsync([.. products.Where(p => p.Status == ProductStatus.Published)], cancellationToken);
        foreach (var hidden in products.Where(p => p.Status != ProductStatus.Published))
            await outbox.PublishAsync(new ProductUnpublished(hidden.Id, hidden.Version));
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        return !importing;
    }

    /// <summary>Shows products whose time has come; false when there are no more of them.</summary>
    private async Task<bool> PublishDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IDbContextOutbox<ProductsDbContext>>();
        var db = outbox.DbContext;
        var due = await db
            .Database.SqlQuery<Guid>(
                // In the order of its index, which holds nothing but products with a time to come.
                $"select id as value from products.products where status = 0 and published_at <= now() order by published_at limit {BatchProducts}"
            )
            .ToListAsync(cancellationToken);
        if (due.Count == 0)
            return false;
        await using var transaction = await Catalogue.BeginAsync(db, cancellationToken);
        var products = await db.Products.Include("_variants").Where(p => due.Contains(p.Id)).ToListAsync(cancellationToken);
        // Only those that are still to be shown now: staff may have been before us.
        var stillDue = await db
            .Database.SqlQuery<Guid>(
                $"select id as value from products.products where id = any({due}) and status = 0 and published_at <= now()"
            )
            .ToHashSetAsync(cancellationToken);
        var shown = products.Where(p => stillDue.Contains(p.Id) && p.Appear(clock.GetUtcNow())).ToList();
        if (shown.Count == 0)
            return false;
        var revision = await Catalogue.TickAsync(db, cancellationToken);
        foreach (var product in shown)
        {
            product.Revision = revision;
            db.Note(null, "product.published", $"{product.Id}");
        }
        await outbox.PublishSnapshotsAsync(shown, cancellationToken);
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        pages.Recheck();
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changed products could not be announced; the next step tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
