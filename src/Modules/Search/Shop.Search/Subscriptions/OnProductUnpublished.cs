using Microsoft.EntityFrameworkCore;
using Shop.Products.Contracts;
using Shop.Search.Data;

namespace Shop.Search.Subscriptions;

/// <summary>Takes a product out of the results; its row stays, so that an older snapshot that comes late doesn't bring it back.</summary>
public sealed class OnProductUnpublishedHandler
{
    /// <summary>Only a newer version is taken.</summary>
    public static Task Handle(ProductUnpublished message, SearchDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            insert into search.items as known (product_id, slug, title, price_minor, price_currency, skus, codes, document, head, version, published, sold)
            values ({message.ProductId}, '', '', 0, '', array[]::text[], array[]::text[], '', '', {message.Version}, false, 0)
            on conflict (product_id) do update set version = excluded.version, published = false
            where known.version < excluded.version
            """,
            cancellationToken
        );
}
