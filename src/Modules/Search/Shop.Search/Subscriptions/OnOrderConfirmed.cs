using Microsoft.EntityFrameworkCore;
using Shop.Orders.Contracts;
using Shop.Search.Data;
using Shop.Search.Domain;

namespace Shop.Search.Subscriptions;

/// <summary>Counts what sells: of two products that fit alike, the one sold more comes first.</summary>
public sealed class OnOrderConfirmedHandler
{
    // The index takes the sum over from the product's record, whose row is locked: two orders at once both count.
    private static readonly string Sql = $$"""
        with counted as (
          insert into search.counted_orders (order_id) values ({0}) on conflict do nothing returning order_id)
        insert into search.products as known (product_id, slug, title, description, price_minor, price_currency, skus, codes, own_facets, version, published, sold)
        select product_id, '', '', '', 0, '', array[]::text[], array[]::text[], array[]::bigint[], {3}, false, sum(quantity)
        from unnest({1}, {2}) as line (product_id, quantity)
        where exists (select from counted)
        group by product_id
        order by product_id
        on conflict (product_id) do update set sold = known.sold + excluded.sold;
        select from search.items where product_id = any({1}) order by product_id for update;
        update search.items i set sold = p.sold
        from search.products p
        where p.product_id = i.product_id and i.product_id = any({1}) and i.sold <> p.sold;
        {{IndexRows.NoteChanges("{1}")}}
        """;

    /// <summary>
    /// An order is counted once: its row and the sums stand in one statement. A product not heard of yet keeps its sum until it comes.
    /// </summary>
    public static Task Handle(OrderConfirmed message, SearchDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            Sql,
            [
                message.OrderId,
                message.Lines.Select(l => l.ProductId).ToArray(),
                message.Lines.Select(l => l.Quantity).ToArray(),
                ProductRecord.Unheard,
            ],
            cancellationToken
        );
}
