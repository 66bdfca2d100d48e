using Microsoft.EntityFrameworkCore;
using Shop.Carts.Contracts;
using Shop.Carts.Data;
using Shop.Carts.Domain;
using Shop.Orders.Contracts;

namespace Shop.Carts.Subscriptions;

/// <summary>
/// A cart was bought: it is closed, once. What came into it after the checkout had read it was not bought and is not lost either: a new
/// open cart of the same owner takes it over, and the closed cart names it.
/// </summary>
public sealed class OnOrderConfirmedHandler
{
    public static async Task<CartStarted?> Handle(
        OrderConfirmed message,
        CartsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (await LockAsync(db, message.CartId, cancellationToken) is not { } cart)
            return null;
        var bought = message.Lines.GroupBy(l => l.Sku).ToDictionary(l => l.Key, l => l.Sum(x => x.Quantity));
        if (cart is { Status: CartStatus.Merged, NextCartId: { } target })
        {
            cart.ConvertAfterMerge(message.OrderId, bought, await LockLastAsync(db, target, cancellationToken));
            return null;
        }
        if (cart.Convert(message.OrderId, bought, clock.GetUtcNow()) is not { } next)
            return null;
        // The closed cart first: a customer has one open cart at any time.
        await db.SaveChangesAsync(cancellationToken);
        db.Carts.Add(next);
        return new CartStarted(next.Id, next.CreatedAt);
    }

    // The customer may have bought that cart, too; what was not bought with it went on into the one that follows.
    private static async Task<Cart> LockLastAsync(CartsDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var cart = (await LockAsync(db, id, cancellationToken))!;
        return cart is { Status: CartStatus.Converted, NextCartId: { } next } ? await LockLastAsync(db, next, cancellationToken) : cart;
    }

    private static async Task<Cart?> LockAsync(CartsDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var cart = await db.Carts.FromSql($"select * from carts.carts where id = {id} for update").SingleOrDefaultAsync(cancellationToken);
        if (cart is not null)
            await db.LoadLinesAsync(cart, cancellationToken);
        return cart;
    }
}
