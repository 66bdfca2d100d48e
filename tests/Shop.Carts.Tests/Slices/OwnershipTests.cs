using System.Net;
using Shop.BuildingBlocks;

namespace Shop.Carts.Tests.Slices;

public sealed class OwnershipTests(ShopFixture shop)
{
    [Fact]
    public async Task Anothers_cart_does_not_exist()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        using var customer = await Buyer.CustomerAsync(shop);
        foreach (var owner in new[] { guest, customer })
        {
            var seen = await owner.AddAsync(sku);
            foreach (var intruder in await IntrudersAsync(owner))
            {
                using (intruder)
                {
                    HttpResponseMessage[] answers =
                    [
                        await intruder.TryGetAsync(),
                        await intruder.TryAddAsync(sku),
                        await intruder.TryChangeAsync(sku, 9, seen.Version),
                        await intruder.TryRemoveAsync(sku, seen.Version),
                    ];
                    foreach (var answer in answers)
                        await answer.ShouldBeProblemAsync(HttpStatusCode.NotFound, "carts.unknown_cart");
                }
            }
            (await owner.GetAsync()).Version.ShouldBe(seen.Version);
        }
    }

    [Fact]
    public async Task A_guests_token_is_told_once_and_kept_as_a_hash()
    {
        using var guest = await Buyer.GuestAsync(shop);

        guest.Token!.Length.ShouldBe(43, "256 bits");
        (await guest.GetAsync()).Token.ShouldBeNull();
        var hash = await shop.ScalarAsync<byte[]>("select token_hash from carts.carts where id = $1", guest.CartId);
        hash.ShouldBe(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(guest.Token)));
    }

    [Fact]
    public async Task A_customer_has_one_open_cart_in_however_many_tabs()
    {
        var user = Guid.CreateVersion7();

        var tabs = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Buyer.CustomerAsync(shop, user)));

        tabs.Select(t => t.CartId).Distinct().ShouldHaveSingleItem();
        tabs.ShouldAllBe(t => t.Token == null);
    }

    [Fact]
    public async Task A_customer_whose_token_ran_out_does_not_go_on_as_a_guest()
    {
        using var client = shop.ClientWith(
            Tokens.Create(Policies.Customer, Guid.CreateVersion7(), t => t.Expires = t.IssuedAt!.Value.AddMinutes(-5))
        );

        var response = await client.PostAsync("/api/v1/carts", null, TestContext.Current.CancellationToken);

        await response.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "shop.unauthenticated");
    }

    private async Task<Buyer[]> IntrudersAsync(Buyer owner)
    {
        var guest = await Buyer.GuestAsync(shop);
        var tokenless = await Buyer.GuestAsync(shop);
        var guesser = await Buyer.GuestAsync(shop);
        Buyer[] intruders = [guest, tokenless, guesser, await Buyer.CustomerAsync(shop)];
        (tokenless.Token, guesser.Token) = (null, "");
        foreach (var intruder in intruders)
            intruder.CartId = owner.CartId;
        return intruders;
    }
}
