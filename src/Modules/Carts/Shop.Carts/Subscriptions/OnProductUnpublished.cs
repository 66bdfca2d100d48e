using Shop.Carts.Data;
using Shop.Products.Contracts;

namespace Shop.Carts.Subscriptions;

/// <summary>A product is no longer sold: its SKUs can't be added any more, and lines that have them say so.</summary>
public sealed class OnProductUnpublishedHandler
{
    public static Task Handle(ProductUnpublished message, CartsDbContext db, CancellationToken cancellationToken) =>
        db.UnpublishAsync(message.ProductId, message.Version, cancellationToken);
}
