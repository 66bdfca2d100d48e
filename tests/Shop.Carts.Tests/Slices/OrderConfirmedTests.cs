using System.Net;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Subscriptions;
using Shop.Orders.Contracts;

namespace Shop.Carts.Tests.Slices;

public sealed class OrderConfirmedTests(ShopFixture shop)
{
    [Fact]
    public async Task A_bought_cart_is_closed()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(sku, 2);

        await BuyAsync(guest, (sku, 2));

        var cart = await guest.GetAsync();
        (cart.Status, cart.NextCartId, cart.Lines.Length).ShouldBe(("converted", null, 1));
        await (await guest.TryAddAsync(sku)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "carts.not_open");
    }

    [Fact]
    public async Task What_a_guest_added_while_paying_is_in_the_cart_that_follows()
    {
        var (tent, peg) = (await shop.SellAsync(), await shop.SellAsync(300));
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(tent, 2);
        await guest.AddAsync(peg, 3);

        await BuyAsync(guest, (tent, 2), (peg, 1));

        var closed = await guest.GetAsync();
        guest.CartId = closed.NextCartId!.Value;
        var next = await guest.GetAsync();
        (next.Status, next.Lines.Select(l => (l.Sku, l.Quantity)).Single()).ShouldBe(("open", (peg, 2)));
        (await guest.AddAsync(tent)).Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_customer_added_while_paying_is_in_the_next_open_cart()
    {
        var (tent, peg) = (await shop.SellAsync(), await shop.SellAsync());
        using var customer = await Buyer.CustomerAsync(shop);
        await customer.AddAsync(tent);
        await customer.AddAsync(peg);
        var bought = customer.CartId;

        await BuyAsync(customer, (tent, 1));

        var next = await customer.OpenAsync();
        next.Id.ShouldNotBe(bought);
        next.Lines.Single().Sku.ShouldBe(peg);
    }

    [Fact]
    public async Task What_was_bought_as_guest_leaves_the_cart_it_was_merged_into()
    {
        var (tent, peg) = (await shop.SellAsync(), await shop.SellAsync());
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop);
        await guest.AddAsync(tent, 2);
        await customer.AddAsync(peg);
        await (await customer.TryMergeAsync(guest)).CartAsync();

        await BuyAsync(guest, (tent, 2));

        (await customer.GetAsync()).Lines.Single().Sku.ShouldBe(peg);
    }

    [Fact]
    public async Task What_was_bought_as_guest_leaves_the_cart_that_followed_the_one_it_was_merged_into()
    {
        var (tent, peg) = (await shop.SellAsync(), await shop.SellAsync());
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop);
        await guest.AddAsync(tent, 2);
        await customer.AddAsync(tent);
        await customer.AddAsync(peg);
        await (await customer.TryMergeAsync(guest)).CartAsync();

        await BuyAsync(customer, (peg, 1));
        await BuyAsync(guest, (tent, 2));

        (await customer.OpenAsync()).Lines.Select(l => (l.Sku, l.Quantity)).ShouldBe([(tent, 1)]);
    }

    [Fact, RedeliveryOf<OnOrderConfirmedHandler>(typeof(OrderConfirmed))]
    public async Task Confirmed_twice_and_at_once_converts_once()
    {
        var (tent, peg) = (await shop.SellAsync(), await shop.SellAsync());
        using var customer = await Buyer.CustomerAsync(shop);
        await customer.AddAsync(tent);
        await customer.AddAsync(peg, 5);
        var message = Confirmation(customer.CartId, (tent, 1));

        await shop.PublishAsync(message);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.PublishAsync(message)));
        await shop.AllHandledAsync();

        var next = await customer.OpenAsync();
        next[peg].Quantity.ShouldBe(5);
        await shop.PublishAsync(message);
        await shop.AllHandledAsync();
        (await customer.GetAsync()).Version.ShouldBe(next.Version);
    }

    [Fact]
    public async Task An_order_of_a_cart_that_nobody_knows_is_none_of_our_business()
    {
        await shop.PublishAsync(Confirmation(Guid.CreateVersion7(), ("SKU", 1)));

        await shop.AllHandledAsync();
    }

    private async Task BuyAsync(Buyer buyer, params (string Sku, int Quantity)[] lines)
    {
        var message = Confirmation(buyer.CartId, lines);
        await shop.PublishAsync(message);
        await Eventually.IsTrueAsync(
            "the cart knows its order",
            async () => await shop.ScalarAsync<Guid>("select order_id from carts.carts where id = $1", buyer.CartId) == message.OrderId
        );
    }

    private static OrderConfirmed Confirmation(Guid cartId, params (string Sku, int Quantity)[] lines)
    {
        var money = new Money(1000, "EUR");
        return new(
            Guid.CreateVersion7(),
            "1001",
            Guid.CreateVersion7(),
            cartId,
            null,
            "buyer@example.com",
            [.. lines.Select(l => new OrderLine(l.Sku, Guid.CreateVersion7(), "Tent", l.Quantity, money, money, money))],
            new OrderTotals(money, money, money, money),
            new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero)
        );
    }
}
