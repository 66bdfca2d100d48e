using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;
using Shop.Orders.Data;
using Shop.Orders.Features;

namespace Shop.Orders.Tests;

/// <summary>Calls the handlers as functions, each in a transaction of its own under the module's role, as the bus does.</summary>
public static class OrderBook
{
    private static readonly PostalAddress Home = new("Ada Lovelace", "1 Mill Lane", null, "10115", "Berlin", "DE");
    private static readonly PostalAddress Office = new("Ada Lovelace", "2 Engine Street", "3rd floor", "10117", "Berlin", "DE");

    public static PlaceOrder NewOrder(Guid? customerId = null) =>
        new(
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            customerId,
            "ada@example.org",
            Home,
            Office,
            [
                new("TENT-2", Guid.CreateVersion7(), "Tent, two persons", 1, Eur(10_000), Eur(1_900), Eur(11_900)),
                new("PEG", Guid.CreateVersion7(), "Peg", 10, Eur(100), Eur(190), Eur(1_190)),
            ],
            new(Eur(11_000), Eur(490), Eur(2_183), Eur(13_673)),
            "standard",
            Guid.CreateVersion7()
        );

    public static Money Eur(long minor) => new(minor, "EUR");

    public static Task<IIntegrationEvent> PlaceAsync(this ShopFixture shop, PlaceOrder order) =>
        shop.HandleAsync(db => PlaceOrderHandler.Handle(order, db, TimeProvider.System, default));

    public static Task<IIntegrationEvent> ConfirmAsync(this ShopFixture shop, Guid id) =>
        shop.HandleAsync(db => ConfirmOrderHandler.Handle(new(id), db, TimeProvider.System, default));

    public static Task<IIntegrationEvent> CancelAsync(this ShopFixture shop, Guid id, string reason = "checkout.payment_declined") =>
        shop.HandleAsync(db => CancelOrderHandler.Handle(new(id, reason), db, TimeProvider.System, default));

    /// <summary>A new order of this customer, pending.</summary>
    public static async Task<PlaceOrder> PlacedAsync(this ShopFixture shop, Guid? customerId = null)
    {
        var order = NewOrder(customerId);
        await shop.PlaceAsync(order);
        return order;
    }

    public static Task<string?> StatusAsync(this ShopFixture shop, Guid id) =>
        shop.ScalarAsync<string>("select status from orders.orders where id = $1", id);

    /// <summary>What happened to it, in order: <c>placed, confirmed</c>.</summary>
    public static Task<string?> TimelineAsync(this ShopFixture shop, Guid id) =>
        shop.ScalarAsync<string>("select string_agg(kind, ', ' order by id) from orders.order_events where order_id = $1", id);

    private static async Task<T> HandleAsync<T>(this ShopFixture shop, Func<OrdersDbContext, Task<T>> handle)
    {
        await using var scope = shop.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrdersDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var result = await handle(db);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return result;
    }
}
