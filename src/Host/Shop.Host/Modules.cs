using Shop.Analytics;
using Shop.BuildingBlocks;
using Shop.Carts;
using Shop.Checkout;
using Shop.Inventory;
using Shop.Notifications;
using Shop.Orders;
using Shop.Payments;
using Shop.Products;
using Shop.Search;
using Shop.Users;

namespace Shop.Host;

/// <summary>The one list of modules; adding a module touches this list and nothing else in the host.</summary>
public static class Modules
{
    /// <summary>Every module of the shop.</summary>
    public static IReadOnlyList<IModule> All { get; } =
    [
        new ProductsModule(),
        new UsersModule(),
        new CartsModule(),
        new CheckoutModule(),
        new PaymentsModule(),
        new OrdersModule(),
        new InventoryModule(),
        new NotificationsModule(),
        new AnalyticsModule(),
        new SearchModule(),
    ];
}
