using Microsoft.EntityFrameworkCore;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Data;

/// <summary>Rows as they are read to be changed: locked until the transaction ends.</summary>
internal static class CheckoutRows
{
    /// <summary>
    /// The purchase, once whoever is changing it has committed; null when there is none. Each purchase gets two answers at about the same
    /// time (order and stock): the second waits a moment here instead of failing at its commit and being retried.
    /// </summary>
    public static async Task<CheckoutState?> LockAsync(this CheckoutDbContext db, Guid id, CancellationToken cancellationToken) =>
        (
            await db.Checkouts.FromSql($"select * from checkout.checkouts where id = {id} for update").ToListAsync(cancellationToken)
        ).SingleOrDefault();

    /// <summary>Purchases whose time is up, most overdue first; those somebody else is changing are left out.</summary>
    public static Task<List<CheckoutState>> LockDueAsync(
        this CheckoutDbContext db,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    ) =>
        db
            .Checkouts.FromSql(
                $"select * from checkout.checkouts where wake_at <= {now} order by wake_at limit {limit} for update skip locked"
            )
            .ToListAsync(cancellationToken);

    /// <summary>This one, if its time is up and nobody else is changing it.</summary>
    public static Task<List<CheckoutState>> LockDueAsync(
        this CheckoutDbContext db,
        DateTimeOffset now,
        Guid id,
        CancellationToken cancellationToken
    ) =>
        db
            .Checkouts.FromSql($"select * from checkout.checkouts where id = {id} and wake_at <= {now} for update skip locked")
            .ToListAsync(cancellationToken);

    /// <summary>Those whose time is up, most overdue first and ten thousand at most, without reading what may not be readable.</summary>
    public static Task<List<Guid>> DueAsync(this CheckoutDbContext db, DateTimeOffset now, CancellationToken cancellationToken) =>
        db
            .Database.SqlQuery<Guid>($"select id as \"Value\" from checkout.checkouts where wake_at <= {now} order by wake_at limit 10000")
            .ToListAsync(cancellationToken);
}
