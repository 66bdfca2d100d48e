using Microsoft.EntityFrameworkCore;
using Shop.Orders.Contracts;
using Shop.Search.Data;
using Shop.Search.Domain;

namespace Shop.Search.Subscriptions;

/// <summary>Counts what sells: of two products that fit alike, the one sold more comes first.</summary>
public sealed class OnOrderConfirmedHandler
{
    /// <summary>
    /// An order is counted once: its row and the sums stand in one statement. A product not indexed yet gets a row that no result
    /// shows, and keeps its sum when it comes.
    /// </summary>
    public static Task Handle(OrderConfirmed message, SearchDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            """
            with counted as (
              insert into search.counted_orders (order_id) values ({0}) on conflict do nothing returning order_id)
            insert into search.items as known (product_id, slug, title, price_minor, price_currency, skus, codes, document, head, version, published, sold)
            select product_id, '', '', 0, '', array[]::text[], array[]::text[], '', '', {3}, false, sum(quantity)
            from unnest({1}, {2}) as line (product_id, quantity)
            where exists (select from counted)
            group by product_id
            order by product_id
            on conflict (product_id) do update set sold = known.sold + excluded.sold
            """,
            [
                message.OrderId,
                message.Lines.Select(l => l.ProductId).ToArray(),
                message.Lines.Select(l => l.Quantity).ToArray(),
                SearchItem.Unheard,
            ],
            cancellationToken
        );
}
