using Shop.Carts.Data;
using Shop.Products.Contracts;

namespace Shop.Carts.Subscriptions;

/// <summary>Products became visible or changed: their offers count for lines that are added or shown from now on.</summary>
public sealed class OnProductsPublishedHandler
{
    public static Task Handle(ProductsPublished message, CartsDbContext db, CancellationToken cancellationToken) =>
        db.PublishAsync(message.Products, cancellationToken);
}
