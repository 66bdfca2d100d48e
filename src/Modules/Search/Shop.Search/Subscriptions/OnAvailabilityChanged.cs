using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Contracts;
using Shop.Search.Data;

namespace Shop.Search.Subscriptions;

/// <summary>Takes over which SKUs can be bought.</summary>
public sealed class OnAvailabilityChangedHandler
{
    // SKUs first, in order, then products, in order: two messages at once can't deadlock, and a product that is indexed at the same time
    // waits for the SKUs' rows or is waited for. A rebuild hears of all of them: its own rows may say something else than these.
    private static readonly string Sql = $$"""
        insert into search.availability as known (sku, in_stock, version)
        select distinct on (sku) sku, in_stock, version
        from unnest({0}, {1}, {2}) as said (sku, in_stock, version)
        order by sku, version desc
        on conflict (sku) do update set in_stock = excluded.in_stock, version = excluded.version
        where known.version < excluded.version;
        select from search.items where codes && {3} order by product_id for update;
        with now as materialized (
          select i.product_id, exists (select from search.availability a where a.sku = any(p.skus) and a.in_stock) as in_stock
          from search.items i join search.products p using (product_id)
          where i.codes && {3}),
        changed as (
          update search.items i set in_stock = now.in_stock
          from now
          where i.product_id = now.product_id and i.in_stock <> now.in_stock)
        {{IndexRows.NoteChanges("(select array_agg(product_id) from now)")}}
        """;

    /// <summary>Only a newer version is taken.</summary>
    public static Task Handle(AvailabilityChanged message, SearchDbContext db, CancellationToken cancellationToken)
    {
        var skus = message.Items.Select(i => i.Sku).ToArray();
        return db.Database.ExecuteSqlRawAsync(
            Sql,
            [
                skus,
                message.Items.Select(i => i.InStock).ToArray(),
                message.Items.Select(i => i.Version).ToArray(),
                skus.Select(sku => sku.ToUpperInvariant()).ToArray(),
            ],
            cancellationToken
        );
    }
}
