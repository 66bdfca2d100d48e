using Shop.Carts.Domain;

namespace Shop.Carts.Tests.Unit;

public sealed class CartTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_line_holds_up_to_99_pieces()
    {
        var cart = NewCart();

        cart.Add(Offer("A"), 99, Now).ShouldBe(Refusal.None);
        cart.Add(Offer("A"), 1, Now).ShouldBe(Refusal.QuantityLimit);

        cart.Lines.Single().Quantity.ShouldBe(99);
        cart.Version.ShouldBe(2, "what was refused changed nothing");
    }

    [Fact]
    public void A_cart_holds_up_to_200_different_things()
    {
        var cart = NewCart();
        for (var i = 0; i < Cart.MaxLines; i++)
            cart.Add(Offer($"SKU-{i}"), 1, Now).ShouldBe(Refusal.None);

        cart.Add(Offer("one more"), 1, Now).ShouldBe(Refusal.LineLimit);
        cart.Add(Offer("SKU-0"), 1, Now).ShouldBe(Refusal.None);
    }

    [Fact]
    public void A_price_that_changes_under_the_shoppers_eyes_is_told_until_the_shopper_acts()
    {
        var cart = NewCart();
        cart.Add(Offer("A", 1000), 1, Now);

        cart.Show(Offers(Offer("A", 1200))).ShouldBeTrue();
        cart.Show(Offers(Offer("A", 1200))).ShouldBeFalse();
        (cart.Lines[0].UnitPriceMinor, cart.Lines[0].PreviousPriceMinor).ShouldBe((1200, 1000));

        cart.Show(Offers(Offer("A", 1300))).ShouldBeTrue();
        (cart.Lines[0].UnitPriceMinor, cart.Lines[0].PreviousPriceMinor).ShouldBe((1300, 1000));

        cart.Change("A", 2, Offer("A", 1300));
        (cart.Lines[0].UnitPriceMinor, cart.Lines[0].PreviousPriceMinor).ShouldBe((1300, null));
    }

    [Fact]
    public void A_price_that_comes_back_is_nothing_to_tell()
    {
        var cart = NewCart();
        cart.Add(Offer("A", 1000), 1, Now);

        cart.Show(Offers(Offer("A", 1200)));
        cart.Show(Offers(Offer("A", 1000)));

        (cart.Lines[0].UnitPriceMinor, cart.Lines[0].PreviousPriceMinor).ShouldBe((1000, null));
    }

    [Fact]
    public void A_thing_no_longer_sold_stays_in_the_cart_and_says_so()
    {
        var cart = NewCart();
        cart.Add(Offer("A", 1000), 1, Now);

        cart.Show(Offers()).ShouldBeTrue();
        cart.Show(Offers()).ShouldBeFalse();
        cart.Lines[0].Available.ShouldBeFalse();

        cart.Show(Offers(Offer("A", 1000))).ShouldBeTrue();
        cart.Lines[0].Available.ShouldBeTrue();
    }

    [Fact]
    public void Merging_adds_pieces_up_keeps_the_customers_price_and_happens_once()
    {
        var (mine, guests) = (NewCart(), NewCart());
        mine.Add(Offer("A", 1000), 60, Now);
        guests.Add(Offer("A", 1100), 60, Now);
        guests.Add(Offer("B", 500), 2, Now);

        mine.Merge(guests).ShouldBe(Refusal.None);
        mine.Merge(guests).ShouldBe(Refusal.None);

        mine.Lines.Select(l => (l.Sku, l.Quantity, l.UnitPriceMinor)).ShouldBe([("A", 99, 1000L), ("B", 2, 500L)]);
        (guests.Status, guests.NextCartId).ShouldBe((CartStatus.Merged, mine.Id));
    }

    [Fact]
    public void A_merge_that_would_not_fit_loses_nothing()
    {
        var (mine, guests) = (NewCart(), NewCart());
        for (var i = 0; i < Cart.MaxLines; i++)
            mine.Add(Offer($"SKU-{i}"), 1, Now);
        guests.Add(Offer("one more"), 1, Now);

        mine.Merge(guests).ShouldBe(Refusal.LineLimit);

        (guests.Status, guests.Lines.Count, mine.Lines.Count).ShouldBe((CartStatus.Open, 1, Cart.MaxLines));
    }

    [Fact]
    public void What_came_in_after_the_checkout_goes_into_the_cart_that_follows()
    {
        var cart = NewCart();
        cart.Add(Offer("A"), 3, Now);
        cart.Add(Offer("B"), 1, Now);
        cart.Add(Offer("C"), 1, Now);
        var order = Guid.NewGuid();

        var next = cart.Convert(order, new Dictionary<string, int> { ["A"] = 2, ["C"] = 1 }, Now)!;

        next.Lines.Select(l => (l.Sku, l.Quantity)).ShouldBe([("A", 1), ("B", 1)]);
        (next.TokenHash, next.Status, next.StartedAt).ShouldBe((cart.TokenHash, CartStatus.Open, Now));
        cart.Lines.Select(l => (l.Sku, l.Quantity)).ShouldBe([("A", 2), ("C", 1)]);
        (cart.Status, cart.OrderId, cart.NextCartId).ShouldBe((CartStatus.Converted, order, next.Id));
        cart.Convert(Guid.NewGuid(), new Dictionary<string, int>(), Now).ShouldBeNull();
    }

    [Fact]
    public void A_cart_bought_whole_is_followed_by_none()
    {
        var cart = NewCart();
        cart.Add(Offer("A"), 3, Now);

        // More than is in it by now: the shopper took something out after the checkout had read it.
        cart.Convert(Guid.NewGuid(), new Dictionary<string, int> { ["A"] = 3, ["B"] = 1 }, Now).ShouldBeNull();
        (cart.Status, cart.NextCartId).ShouldBe((CartStatus.Converted, null));
    }

    [Fact]
    public void Bought_as_guest_after_the_merge_is_taken_out_of_the_customers_cart_once()
    {
        var (mine, guests) = (NewCart(), NewCart());
        mine.Add(Offer("A"), 1, Now);
        guests.Add(Offer("A"), 2, Now);
        guests.Add(Offer("B"), 1, Now);
        mine.Merge(guests);
        var bought = new Dictionary<string, int> { ["A"] = 2, ["B"] = 1 };
        var order = Guid.NewGuid();

        guests.ConvertAfterMerge(order, bought, mine);
        guests.ConvertAfterMerge(order, bought, mine);

        mine.Lines.Select(l => (l.Sku, l.Quantity)).ShouldBe([("A", 1)]);
        guests.OrderId.ShouldBe(order);
        mine.MergedFrom.ShouldBeEmpty("it can't be bought any more");
    }

    [Fact]
    public void What_was_dropped_at_a_later_merge_is_not_taken_out_when_it_was_bought()
    {
        var (mine, first, second) = (NewCart(), NewCart(), NewCart());
        first.Add(Offer("A"), 2, Now);
        second.Add(Offer("A"), 3, Now);
        mine.Merge(first);
        mine.Merge(second, MergeStrategy.KeepGuest);

        first.ConvertAfterMerge(Guid.NewGuid(), new Dictionary<string, int> { ["A"] = 2 }, mine);

        mine.Lines.Select(l => (l.Sku, l.Quantity)).ShouldBe([("A", 3)]);
    }

    [Fact]
    public void A_cart_knows_whose_pieces_may_be_at_a_checkout_and_so_does_the_cart_that_follows()
    {
        var (mine, guests, empty) = (NewCart(), NewCart(), NewCart());
        guests.Add(Offer("A"), 2, Now);

        mine.Merge(guests);
        mine.Merge(guests);
        mine.Merge(empty);
        var next = mine.Convert(Guid.NewGuid(), new Dictionary<string, int> { ["A"] = 1 }, Now)!;

        mine.MergedFrom.ShouldBe([guests.Id]);
        next.MergedFrom.ShouldBe([guests.Id]);
    }

    private static Cart NewCart() =>
        new()
        {
            Id = Guid.CreateVersion7(),
            TokenHash = [1],
            Currency = "EUR",
        };

    private static Offer Offer(string sku, long price = 1000) =>
        new()
        {
            Sku = sku,
            PriceMinor = price,
            Currency = "EUR",
            Title = sku,
        };

    private static Dictionary<string, Offer> Offers(params Offer[] offers) => offers.ToDictionary(o => o.Sku);
}
