using System.Net;
using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Tests.Slices;

public sealed class LineTests(ShopFixture shop)
{
    [Fact]
    public async Task A_cart_reckons_lines_shipping_and_tax()
    {
        var (tent, peg) = (await shop.SellAsync(19_999), await shop.SellAsync(150));
        using var guest = await Buyer.GuestAsync(shop);

        await guest.AddAsync(tent);
        await guest.AddAsync(peg, 10);
        var cart = await guest.AddAsync(peg, 2);

        cart.Lines.Select(l => (l.Sku, l.Quantity)).ShouldBe([(tent, 1), (peg, 12)]);
        cart[tent].Tax.ShouldBe(Eur(3800)); // 3799.81
        cart[tent].Total.ShouldBe(Eur(23_799));
        cart.Subtotal.ShouldBe(Eur(19_999 + 1800));
        cart.Shipping.ShouldBe(Eur(490));
        cart.Tax.ShouldBe(Eur(3800 + 342 + 93));
        cart.Total.ShouldBe(Eur(19_999 + 1800 + 490 + 3800 + 342 + 93));
        (cart.ShippingMethod, cart.Currency, cart.Status).ShouldBe(("standard", "EUR", "open"));
        cart.Token.ShouldBeNull("the token is told once");
        (await guest.GetAsync()).ShouldSatisfyAllConditions(
            c => c.Version.ShouldBe(cart.Version),
            c => c.Total.ShouldBe(cart.Total),
            c => c.Lines.ShouldBe(cart.Lines)
        );
    }

    [Fact]
    public async Task Fifty_adds_at_once_lose_nothing()
    {
        var skus = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.SellAsync()));
        using var guest = await Buyer.GuestAsync(shop);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Buyer.AnsweredAsync(() => guest.TryAddAsync(skus[i % 5]))));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        var cart = await guest.GetAsync();
        cart.Lines.Select(l => l.Quantity).ShouldBe([10, 10, 10, 10, 10]);
        cart.Version.ShouldBe(51, "each change is a version");
        answers.Select(a => a.Headers.ETag!.Tag).Distinct().Count().ShouldBe(50);
    }

    [Fact]
    public async Task Adds_at_once_stop_at_99_pieces()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => guest.TryAddAsync(sku, 10)));

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(9);
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.OK))
            await refused.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "carts.quantity_limit");
        (await guest.GetAsync())[sku].Quantity.ShouldBe(90);
    }

    [Fact]
    public async Task Of_twenty_tabs_that_change_what_they_saw_one_wins()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        var seen = await guest.AddAsync(sku);

        var answers = await Task.WhenAll(Enumerable.Range(2, 20).Select(quantity => guest.TryChangeAsync(sku, quantity, seen.Version)));

        var winner = await answers.Single(a => a.StatusCode == HttpStatusCode.OK).CartAsync();
        foreach (var loser in answers.Where(a => a.StatusCode != HttpStatusCode.OK))
            await loser.ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "carts.version_mismatch");
        (await guest.GetAsync())[sku].Quantity.ShouldBe(winner[sku].Quantity);
    }

    [Fact]
    public async Task Changing_and_removing_need_the_version_that_was_seen()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        var seen = await guest.AddAsync(sku);

        await (await guest.TryChangeAsync(sku, 2, null)).ShouldBeProblemAsync(
            HttpStatusCode.PreconditionRequired,
            "carts.version_required"
        );
        await (await guest.TryRemoveAsync(sku, null)).ShouldBeProblemAsync(HttpStatusCode.PreconditionRequired, "carts.version_required");
        await (await guest.TryAddAsync(sku, 1, 1)).ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "carts.version_mismatch");
        var changed = await (await guest.TryChangeAsync(sku, 7, seen.Version)).CartAsync();
        changed[sku].Quantity.ShouldBe(7);
        await (await guest.TryRemoveAsync(sku, seen.Version)).ShouldBeProblemAsync(
            HttpStatusCode.PreconditionFailed,
            "carts.version_mismatch"
        );
        (await (await guest.TryRemoveAsync(sku, changed.Version)).CartAsync()).Total.ShouldBe(Eur(0));
    }

    [Fact]
    public async Task What_is_not_sold_can_not_be_added_and_what_is_not_in_can_not_be_changed()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        var seen = await guest.AddAsync(sku);

        await (await guest.TryAddAsync("no such thing")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "carts.unknown_variant");
        await (await guest.TryChangeAsync("nothing", 2, seen.Version)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "carts.unknown_line");
        await (await guest.TryRemoveAsync("nothing", seen.Version)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "carts.unknown_line");
        (await guest.GetAsync()).Version.ShouldBe(seen.Version);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(100), InlineData(int.MaxValue)]
    public async Task A_quantity_is_1_to_99(int quantity)
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        var seen = await guest.AddAsync(sku);

        await (await guest.TryAddAsync(sku, quantity)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "shop.invalid_request");
        await (await guest.TryChangeAsync(sku, quantity, seen.Version)).ShouldBeProblemAsync(
            HttpStatusCode.BadRequest,
            "shop.invalid_request"
        );
    }

    [Theory, InlineData("price"), InlineData("unitPrice"), InlineData("total"), InlineData("customerId"), InlineData("status")]
    public async Task The_shop_computes_prices_and_refuses_to_be_told(string member)
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        var body = new Dictionary<string, object>
        {
            ["sku"] = sku,
            ["quantity"] = 1,
            [member] = 1,
        };

        var response = await guest.SendAsync(HttpMethod.Post, $"/{guest.CartId}/lines", body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await guest.GetAsync()).Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_added_line_is_answered_with_is_what_the_cart_says_when_it_is_read()
    {
        var (first, second, third) = (Catalogue.NewSku(), Catalogue.NewSku(), Catalogue.NewSku());
        await shop.SellAsync(
            Catalogue.Product(first, 1_111) with
            {
                TaxCategory = "books",
            },
            Catalogue.Product(second, 2_222) with
            {
                CategoryPath = [new("hats", "Hats")],
            },
            Catalogue.Product(third, 3_333)
        );
        var (_, code) = await shop.PromoteAsync(p => p["customerLimit"] = 1);
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(first, 2);
        (await guest.TryCouponAsync(code)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var ship = await guest.SendAsync(HttpMethod.Put, $"/{guest.CartId}/shipping", new { country = "FR" });
        ship.StatusCode.ShouldBe(HttpStatusCode.OK);
        await guest.AddAsync(second);

        var answer = await (await guest.TryAddAsync(third, 3)).JsonAsync();

        var read = await (await guest.SendAsync(HttpMethod.Get, $"/{guest.CartId}")).JsonAsync();
        answer.ToJsonString().ShouldBe(read.ToJsonString());
        (answer["country"]!.GetValue<string>(), answer["lines"]!.AsArray().Count).ShouldBe(("FR", 3));
        answer["coupons"]![0]!["applied"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Adding_to_a_cart_takes_three_statements_in_two_round_trips()
    {
        var (first, second) = (await shop.SellAsync(), await shop.SellAsync());
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(first);

        using var queries = new QueryCount();
        await guest.AddAsync(second);
        await guest.AddAsync(second);

        // The cart with the offer and its lines in one, the change in the other.
        queries.Total.ShouldBe(2 * 2);
    }

    private static Money Eur(long minor) => new(minor, "EUR");
}
