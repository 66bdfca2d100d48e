using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Carts.Data;
using Shop.Carts.Features;
using Wolverine;

namespace Shop.Carts.Tests.Slices;

public sealed class QuoteTests(ShopFixture shop)
{
    [Fact, RedeliveryOf<QuoteCartHandler>(typeof(QuoteCart))]
    public async Task A_quote_is_what_the_shopper_was_shown_however_often_it_is_asked_for()
    {
        var product = await shop.SellAsync(Catalogue.Product(Catalogue.NewSku(), 1000));
        var sku = product.Variants[0].Sku;
        using var guest = await Buyer.GuestAsync(shop);
        var shown = await guest.AddAsync(sku, 2);
        await shop.SellAsync(Catalogue.Product(sku, 1200, version: 2, product.ProductId));

        var quotes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => AskAsync(guest.CartId, guest.Token, null)));

        foreach (var quote in quotes)
        {
            (quote.Found, quote.Version, quote.Currency, quote.ShippingMethod).ShouldBe((true, shown.Version, "EUR", "standard"));
            quote
                .Lines.Single()
                .ShouldBe(
                    new QuoteLine(
                        sku,
                        product.ProductId,
                        "Tent",
                        2,
                        new Money(1000, "EUR"),
                        new Money(380, "EUR"),
                        new Money(2380, "EUR"),
                        new Money(0, "EUR"),
                        1900
                    )
                );
            (quote.Subtotal, quote.Shipping, quote.Tax, quote.Total).ShouldBe((shown.Subtotal, shown.Shipping, shown.Tax, shown.Total));
        }
        await guest.GetAsync();
        (await AskAsync(guest.CartId, guest.Token, null)).Subtotal.ShouldBe(new Money(2400, "EUR"), "once shown, the new price counts");
    }

    [Fact]
    public async Task A_quote_names_the_guests_carts_whose_pieces_are_in_it()
    {
        var user = Guid.CreateVersion7();
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop, user);
        await guest.AddAsync(sku, 1);
        (await AskAsync(customer.CartId, null, user)).MergedCartIds.ShouldBeEmpty();

        await (await customer.TryMergeAsync(guest)).CartAsync();

        (await AskAsync(customer.CartId, null, user)).MergedCartIds.ShouldBe([guest.CartId]);
    }

    [Fact]
    public async Task A_guest_who_has_used_a_promotion_is_told_before_the_purchase_and_can_still_buy()
    {
        var promotion = await shop.PromoteAsync(p => p["customerLimit"] = 1);
        var sku = await shop.SellAsync(1_000);
        using (var scope = shop.Services.CreateScope())
            await RedeemPromotionsHandler.Handle(
                new(Guid.CreateVersion7(), [promotion.Id], null, "ada@example.com"),
                scope.ServiceProvider.GetRequiredService<CartsDbContext>(),
                TestContext.Current.CancellationToken
            );
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(sku);
        var shown = await (await guest.TryCouponAsync(promotion.Code)).CartAsync();
        shown.Discount.Minor.ShouldBe(100);

        var quote = await AskAsync(guest.CartId, guest.Token, null, "Ada@Example.com");

        quote.Discount!.Value.Minor.ShouldBe(0);
        quote.ShownTotal.ShouldBe(shown.Total, "so the purchase is refused, and nobody pays what nobody was told");
        var again = await guest.GetAsync();
        (again.Discount.Minor, again.Total).ShouldBe((0, quote.Total));
        (await AskAsync(guest.CartId, guest.Token, null, "ada@example.com")).ShownTotal.ShouldBe(again.Total);
        (await AskAsync(guest.CartId, guest.Token, null, "bob@example.com")).Discount!.Value.Minor.ShouldBe(100);
    }

    [Fact]
    public async Task Nobody_gets_a_quote_of_anothers_cart()
    {
        var user = Guid.CreateVersion7();
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop, user);

        (await AskAsync(guest.CartId, "invented", null)).Found.ShouldBeFalse();
        (await AskAsync(guest.CartId, null, user)).Found.ShouldBeFalse();
        (await AskAsync(customer.CartId, null, null)).Found.ShouldBeFalse();
        (await AskAsync(customer.CartId, guest.Token, Guid.CreateVersion7())).Found.ShouldBeFalse();
        (await AskAsync(customer.CartId, null, user)).Found.ShouldBeTrue();
        (await AskAsync(Guid.CreateVersion7(), guest.Token, user)).Found.ShouldBeFalse();
    }

    private async Task<CartQuote> AskAsync(Guid cartId, string? token, Guid? customerId, string? email = null)
    {
        await using var scope = shop.Services.CreateAsyncScope();
        var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
        return await bus.InvokeAsync<CartQuote>(
            new QuoteCart(cartId, token, customerId, Email: email),
            TestContext.Current.CancellationToken
        );
    }
}
