using Microsoft.EntityFrameworkCore;
using Shop.Products.Contracts;
using Shop.Search.Data;

namespace Shop.Search.Subscriptions;

/// <summary>Takes a product out of the index; what is known of it stays, so that an older snapshot that comes late doesn't bring it back.</summary>
public sealed class OnProductUnpublishedHandler
{
    private static readonly string Sql = $$"""
        insert into search.products as known (product_id, slug, title, description, price_minor, price_currency, skus, codes, own_facets, version, published, sold)
        values ({0}, '', '', '', 0, '', array[]::text[], array[]::text[], array[]::bigint[], {1}, false, 0)
        on conflict (product_id) do update set version = excluded.version, published = false
        where known.version < excluded.version;
        delete from search.items
        where product_id = {0} and exists (select from search.products p where p.product_id = {0} and not published);
        {{IndexRows.NoteChanges("array[{0}]::uuid[]")}}
        """;

    /// <summary>Only a newer version is taken.</summary>
    public static Task Handle(ProductUnpublished message, SearchDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(Sql, [message.ProductId, message.Version], cancellationToken);
}
