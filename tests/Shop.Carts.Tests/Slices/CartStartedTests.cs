using Shop.Carts.Contracts;

namespace Shop.Carts.Tests.Slices;

public sealed class CartStartedTests(ShopFixture shop)
{
    [Fact]
    public async Task A_cart_starts_once_with_its_first_line_however_many_tabs_add_at_once()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => guest.AddAsync(sku)));

        (await StartsAsync(guest.CartId)).ShouldBe(1);
        var cart = await guest.AddAsync(sku);
        await (await guest.TryRemoveAsync(sku, cart.Version)).CartAsync();
        await guest.AddAsync(sku);
        (await StartsAsync(guest.CartId)).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_refused_starts_nothing()
    {
        using var guest = await Buyer.GuestAsync(shop);

        await guest.TryAddAsync("no such thing");

        (await StartsAsync(guest.CartId)).ShouldBe(0);
    }

    // Handled messages are remembered for days, so what was published can be counted; each subscriber has a copy of its own.
    private async Task<long> StartsAsync(Guid cartId) =>
        await shop.ScalarAsync<long>(
            """
            select count(distinct id) from wolverine.wolverine_incoming_envelopes
            where message_type = 'carts.cart-started.v1' and position(convert_to($1, 'UTF8') in body) > 0
            """,
            cartId.ToString()
        );
}
