using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Shop.Orders.Contracts;

namespace Shop.Orders.Data;

/// <summary>The module's only raw SQL: an order, its lines and its first timeline entry in one round trip.</summary>
internal static class OrderInsert
{
    /// <summary>
    /// Writes the order down unless its id is taken, be it by a second delivery or by a cancellation that was faster. Returns its
    /// sequence number, or null when the id was taken.
    /// </summary>
    public static async Task<long?> PlaceAsync(
        this OrdersDbContext db,
        PlaceOrder order,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var shippingAddress = JsonSerializer.Serialize(order.ShippingAddress, JsonSerializerOptions.Web);
        var billingAddress = JsonSerializer.Serialize(order.BillingAddress, JsonSerializerOptions.Web);
        var totals = order.Totals;
        var lines = order.Lines;
        int[] positions = [.. Enumerable.Range(1, lines.Count)];
        string[] skus = [.. lines.Select(l => l.Sku)];
        Guid[] products = [.. lines.Select(l => l.ProductId)];
        string[] titles = [.. lines.Select(l => l.Title)];
        int[] quantities = [.. lines.Select(l => l.Quantity)];
        long[] prices = [.. lines.Select(l => l.UnitPrice.Minor)];
        long[] taxes = [.. lines.Select(l => l.Tax.Minor)];
        long[] sums = [.. lines.Select(l => l.Total.Minor)];
        long?[] discounts = [.. lines.Select(l => l.Discount?.Minor)];
        int?[] rates = [.. lines.Select(l => l.TaxBasisPoints)];
        var promotions = order.Promotions is null ? null : JsonSerializer.Serialize(order.Promotions, JsonSerializerOptions.Web);
        var placed = await db
            .Database.SqlQuery<long>(
                $"""
                with placed as (
                  insert into orders.orders (
                    id, sequence, status, checkout_id, cart_id, payment_id, customer_id, email, shipping_address, billing_address,
                    shipping_method, currency, subtotal, shipping, tax, total, discount, shipping_tax, prices_include_tax, promotions,
                    placed_at)
                  values (
                    {order.OrderId}, nextval('orders.order_numbers'), 'pending', {order.CheckoutId}, {order.CartId}, {order.PaymentId},
                    {order.CustomerId}, {order.Email}, {shippingAddress}::jsonb, {billingAddress}::jsonb,
                    {order.ShippingMethod}, {totals.Total.Currency}, {totals.Subtotal.Minor}, {totals.Shipping.Minor},
                    {totals.Tax.Minor}, {totals.Total.Minor}, {totals.Discount?.Minor}::bigint, {totals.ShippingTax?.Minor}::bigint,
                    {totals.PricesIncludeTax}::boolean, {promotions}::jsonb, {now})
                  on conflict (id) do nothing
                  returning id, sequence
                ), lines as (
                  insert into orders.order_lines (
                    order_id, position, sku, product_id, title, quantity, unit_price, tax, total, discount, tax_basis_points)
                  select p.id, l.*
                  from placed p,
                    unnest({positions}, {skus}, {products}, {titles}, {quantities}, {prices}, {taxes}, {sums}, {discounts}, {rates}) as l
                ), timeline as (
                  insert into orders.order_events (order_id, kind, at) select p.id, 'placed', {now} from placed p
                )
                select sequence from placed
                """
            )
            .ToListAsync(cancellationToken);
        return placed is [var sequence] ? sequence : null;
    }
}
