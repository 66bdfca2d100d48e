using System.Net;

namespace Shop.Carts.Tests.Slices;

public sealed class MergeTests(ShopFixture shop)
{
    [Fact]
    public async Task What_a_guest_collected_is_there_after_signing_in()
    {
        var (tent, peg) = (await shop.SellAsync(), await shop.SellAsync());
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop);
        await guest.AddAsync(tent, 2);
        await guest.AddAsync(peg);
        await customer.AddAsync(tent);

        var merged = await (await customer.TryMergeAsync(guest)).CartAsync();
        var again = await (await customer.TryMergeAsync(guest)).CartAsync();

        merged.Lines.Select(l => (l.Sku, l.Quantity)).ShouldBe([(tent, 3), (peg, 1)]);
        again.Version.ShouldBe(merged.Version);
        var closed = await guest.GetAsync();
        (closed.Status, closed.NextCartId).ShouldBe(("merged", customer.CartId));
        await (await guest.TryAddAsync(tent)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "carts.not_open");
    }

    [Fact]
    public async Task Merging_at_once_counts_once()
    {
        var tent = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop);
        await guest.AddAsync(tent, 2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => customer.TryMergeAsync(guest)));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        (await customer.GetAsync())[tent].Quantity.ShouldBe(2);
    }

    [Fact]
    public async Task A_guest_cart_goes_into_one_customers_cart_only()
    {
        var tent = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        using var ada = await Buyer.CustomerAsync(shop);
        using var eve = await Buyer.CustomerAsync(shop);
        await guest.AddAsync(tent, 2);

        var answers = await Task.WhenAll(ada.TryMergeAsync(guest), eve.TryMergeAsync(guest));

        answers.Select(a => a.StatusCode).ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict], ignoreOrder: true);
        ((await ada.GetAsync()).Lines.Length + (await eve.GetAsync()).Lines.Length).ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_token_a_guest_cart_can_not_be_taken_and_guests_do_not_merge()
    {
        using var guest = await Buyer.GuestAsync(shop);
        using var other = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop);
        var token = guest.Token;

        (await other.TryMergeAsync(guest)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        guest.Token = other.Token;
        await (await customer.TryMergeAsync(guest)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "carts.unknown_cart");
        guest.Token = token;
        customer.CartId = guest.CartId;
        await (await customer.TryMergeAsync(guest)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "carts.unknown_cart");
    }

    [Theory]
    [InlineData("merge", 3, 1, 1)]
    [InlineData("keep_customer", 1, 0, 1)]
    [InlineData("keep_guest", 2, 1, 0)]
    public async Task Which_cart_is_kept_is_the_strategys_to_say(string strategy, int tents, int guests, int customers)
    {
        var (tent, peg, stove) = (await shop.SellAsync(), await shop.SellAsync(), await shop.SellAsync());
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop);
        await guest.AddAsync(tent, 2);
        await guest.AddAsync(peg);
        await customer.AddAsync(tent);
        await customer.AddAsync(stove);
        var body = new
        {
            guestCartId = guest.CartId,
            guestToken = guest.Token,
            strategy,
        };

        var merged = await (await customer.SendAsync(HttpMethod.Post, $"/{customer.CartId}/merge", body)).CartAsync();
        var again = await (await customer.SendAsync(HttpMethod.Post, $"/{customer.CartId}/merge", body)).CartAsync();

        (Of(tent), Of(peg), Of(stove)).ShouldBe((tents, guests, customers));
        again.Version.ShouldBe(merged.Version);
        (await customer.GetAsync()).Lines.Length.ShouldBe(merged.Lines.Length);

        int Of(string sku) => merged.Lines.Where(l => l.Sku == sku).Sum(l => l.Quantity);
    }

    [Fact]
    public void What_a_guest_buys_after_all_is_not_taken_from_a_cart_that_never_got_it()
    {
        var (mine, theirs) = (new Domain.Cart { Id = Guid.NewGuid() }, new Domain.Cart { Id = Guid.NewGuid() });
        var offer = new Domain.Offer
        {
            Sku = "A",
            Currency = "EUR",
            PriceMinor = 100,
        };
        mine.Add(offer, 2, DateTimeOffset.UnixEpoch);
        theirs.Add(offer, 1, DateTimeOffset.UnixEpoch);
        mine.Merge(theirs, Domain.MergeStrategy.KeepCustomer);

        theirs.ConvertAfterMerge(Guid.NewGuid(), new Dictionary<string, int> { ["A"] = 1 }, mine);

        mine.Lines.Single().Quantity.ShouldBe(2);
    }
}
