using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Contracts;
using Shop.Products.Data;

namespace Shop.Products.Subscriptions;

/// <summary>Takes over which SKUs can be bought, and lets the pages that show them know.</summary>
public sealed class OnAvailabilityChangedHandler
{
    /// <summary>
    /// Only a newer version is taken, so a second delivery changes nothing. The lock comes first: the statement behind it sees every
    /// product written before, and a product written after reads what is stored here.
    /// </summary>
    public static async Task Handle(AvailabilityChanged message, ProductsDbContext db, CancellationToken cancellationToken)
    {
        await Catalogue.LockAsync(db, cancellationToken);
        await db.Database.ExecuteSqlRawAsync(
            """
            with changed as (
              insert into products.availability as known (sku, in_stock, version)
              select distinct on (sku) sku, in_stock, version
              from unnest({0}, {1}, {2}) as said (sku, in_stock, version)
              order by sku, version desc
              on conflict (sku) do update set in_stock = excluded.in_stock, version = excluded.version
              where known.version < excluded.version
              returning sku),
            tick as (
              update products.catalogue set revision = revision + 1 where exists (select from changed) returning revision)
            update products.products set revision = tick.revision from tick
            where id in (select product_id from products.variants join changed using (sku))
            """,
            [
                message.Items.Select(i => i.Sku).ToArray(),
                message.Items.Select(i => i.InStock).ToArray(),
                message.Items.Select(i => i.Version).ToArray(),
            ],
            cancellationToken
        );
    }
}
