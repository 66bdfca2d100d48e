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
}
