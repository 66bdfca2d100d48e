using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Contracts;
using Shop.Search.Data;

namespace Shop.Search.Subscriptions;

/// <summary>Takes over which SKUs can be bought.</summary>
public sealed class OnAvailabilityChangedHandler
{
    /// <summary>Only a newer version is taken. Rows go in by SKU, so that two messages at once can't deadlock.</summary>
    public static Task Handle(AvailabilityChanged message, SearchDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            """
            insert into search.availability as known (sku, in_stock, version)
            select distinct on (sku) sku, in_stock, version
            from unnest({0}, {1}, {2}) as said (sku, in_stock, version)
            order by sku, version desc
            on conflict (sku) do update set in_stock = excluded.in_stock, version = excluded.version
            where known.version < excluded.version
            """,
            [
                message.Items.Select(i => i.Sku).ToArray(),
                message.Items.Select(i => i.InStock).ToArray(),
                message.Items.Select(i => i.Version).ToArray(),
            ],
            cancellationToken
        );
}
