using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Shop.Carts.Contracts;
using Shop.Carts.Data;

namespace Shop.Carts.Features;

/// <summary>
/// Each minute, says of carts with something in them that nobody came back to that they are abandoned, once until they are touched again,
/// and lets carts expire. By the database's clock; any number of processes may do it at once.
/// </summary>
public sealed class SweepCarts(IServiceScopeFactory scopes, IOptions<CartsOptions> options, TimeProvider clock, ILogger<SweepCarts> logger)
    : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Sweeps until nothing is left to sweep.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await AbandonAsync(cancellationToken) == Batch) { }
        while (await ExpireAsync(cancellationToken) == Batch) { }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "Carts could not be swept; the next minute will do");
            }
        }
    }

    private async Task<int> AbandonAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IDbContextOutbox<CartsDbContext>>();
        var db = outbox.DbContext;
        var after = TimeSpan.FromMinutes(options.Value.AbandonedAfterMinutes);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var abandoned = await db
            .Database.SqlQuery<AbandonedRow>(
                $"""
                with due as (
                  select id from carts.carts c
                  where status = 'open' and abandoned_at is null and started_at is not null
                    and touched_period < now() - {after} and touched_at < now() - {after}
                    and exists (select from carts.lines l where l.cart_id = c.id)
                  order by touched_period limit {Batch} for update skip locked)
                update carts.carts c set abandoned_at = now() from due where c.id = due.id
                returning c.id, c.customer_id, c.currency, c.shown_total_minor, c.touched_at, c.abandoned_at,
                  (select count(*)::int from carts.lines l where l.cart_id = c.id) as lines
                """
            )
            .ToListAsync(cancellationToken);
        foreach (var cart in abandoned)
            await outbox.PublishAsync(
                new CartAbandoned(
                    cart.Id,
                    cart.CustomerId,
                    cart.Lines,
                    cart.ShownTotalMinor is { } total ? new Money(total, cart.Currency) : null,
                    cart.TouchedAt,
                    cart.AbandonedAt
                )
            );
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        return abandoned.Count;
    }

    private async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CartsDbContext>();
        var after = TimeSpan.FromDays(options.Value.ExpiresAfterDays);
        return await db.Database.ExecuteSqlAsync(
            $"""
            update carts.carts set status = 'expired', version = version + 1 where id in (
              select id from carts.carts where status = 'open' and touched_period < now() - {after} and touched_at < now() - {after}
              order by touched_period limit {Batch} for update skip locked)
            """,
            cancellationToken
        );
    }

    private sealed record AbandonedRow(
        Guid Id,
        Guid? CustomerId,
        string Currency,
        long? ShownTotalMinor,
        DateTimeOffset TouchedAt,
        DateTimeOffset AbandonedAt,
        int Lines
    );
}
