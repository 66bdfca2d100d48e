using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Shop.Carts.Features;

namespace Shop.Carts.Tests.Slices;

public sealed class SweepTests(ShopFixture shop)
{
    [Fact]
    public async Task A_cart_that_was_left_is_abandoned_until_it_is_touched_again()
    {
        var sku = await shop.SellAsync();
        using var guest = await Buyer.GuestAsync(shop);
        await guest.AddAsync(sku);
        await LeaveAsync(guest, "2 hours");

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SweepAsync()));
        (await MarkAsync(guest)).ShouldBeTrue();

        await guest.AddAsync(sku);
        (await MarkAsync(guest)).ShouldBeFalse("somebody came back");
        await LeaveAsync(guest, "2 hours");
        await SweepAsync();
        (await MarkAsync(guest)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_cart_is_abandoned_by_the_moment_it_was_touched_not_by_the_ten_minutes_it_is_found_by()
    {
        var sku = await shop.SellAsync();
        using var lately = await Buyer.GuestAsync(shop);
        using var before = await Buyer.GuestAsync(shop);
        await lately.AddAsync(sku);
        await before.AddAsync(sku);
        await LeaveAsync(lately, "59 minutes");
        await LeaveAsync(before, "61 minutes");

        await SweepAsync();

        (await MarkAsync(lately)).ShouldBeFalse();
        (await MarkAsync(before)).ShouldBeTrue();
    }

    [Fact]
    public async Task No_index_of_carts_holds_what_each_change_of_a_cart_changes() =>
        (
            await shop.ScalarAsync<long>(
                """
                select count(*) from pg_index
                where indrelid = 'carts.carts'::regclass and pg_get_indexdef(indexrelid) ~ '\m(version|shown_total_minor|touched_at)\M'
                """
            )
        ).ShouldBe(0, "else each change writes an entry into all of them");

    [Fact]
    public async Task An_empty_cart_is_not_abandoned_and_a_forgotten_one_expires()
    {
        using var guest = await Buyer.GuestAsync(shop);
        await LeaveAsync(guest, "100 days");

        await SweepAsync();

        (await MarkAsync(guest)).ShouldBeFalse();
        (await guest.GetAsync()).Status.ShouldBe("expired");
        await (await guest.TryAddAsync(await shop.SellAsync())).ShouldBeProblemAsync(HttpStatusCode.Conflict, "carts.not_open");
    }

    private Task SweepAsync() => shop.Services.GetRequiredService<SweepCarts>().SweepAsync(TestContext.Current.CancellationToken);

    private Task LeaveAsync(Buyer buyer, string since) =>
        shop.ScalarAsync<int>("update carts.carts set touched_at = now() - $1::interval where id = $2", since, buyer.CartId);

    private Task<bool> MarkAsync(Buyer buyer) =>
        shop.ScalarAsync<bool>("select abandoned_at is not null from carts.carts where id = $1", buyer.CartId);
}
