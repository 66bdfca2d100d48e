using Microsoft.EntityFrameworkCore;
using Shop.Carts.Contracts;
using Shop.Carts.Data;
using Shop.Carts.Domain;
using Shop.Carts.Features;

namespace Shop.Carts.Tests.Slices;

public sealed class RedemptionTests(ShopFixture shop)
{
    [Fact, RedeliveryOf<RedeemPromotionsHandler>(typeof(RedeemPromotions))]
    public async Task A_single_use_coupon_redeemed_by_50_checkouts_at_once_is_used_exactly_once()
    {
        var promotion = await shop.OfferAsync(usageLimit: 1);
        Guid[] purchases = [.. Enumerable.Range(0, 50).Select(_ => Guid.CreateVersion7())];

        // Each of them twice, as a bus may deliver it.
        await Task.WhenAll(purchases.Concat(purchases).Select(p => shop.PublishAsync(Redeem(p, promotion, $"{p:N}@example.com"))));
        await Eventually.IsTrueAsync("all are answered", async () => await CountAsync(promotion, "") == 50);

        (await CountAsync(promotion, Redemption.Redeemed)).ShouldBe(1);
        (await CountAsync(promotion, Redemption.Rejected)).ShouldBe(49);
        (await UsedAsync(promotion)).ShouldBe(1);
    }

    [Fact]
    public async Task Looking_first_and_taking_then_would_use_it_many_times()
    {
        var promotion = await shop.OfferAsync(usageLimit: 1);
        await shop.WithAsync<CartsDbContext, int>(db =>
            db.Database.ExecuteSqlAsync($"insert into carts.promotion_uses values ({promotion}, '', 0)")
        );
        // The wounded way: everybody has looked before anybody takes.
        var gate = new TaskCompletionSource();
        var looked = 0;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RedeemAfterALookAsync()));

        (await UsedAsync(promotion)).ShouldBe(5, "or the test above proves nothing");

        Task<int> RedeemAfterALookAsync() =>
            shop.WithAsync<CartsDbContext, int>(async db =>
            {
                var used = await db.PromotionUses.Where(u => u.PromotionId == promotion).Select(u => u.Used).SingleAsync();
                if (Interlocked.Increment(ref looked) == 5)
                    gate.SetResult();
                await gate.Task;
                return used >= 1
                    ? 0
                    : await db
                        .PromotionUses.Where(u => u.PromotionId == promotion)
                        .ExecuteUpdateAsync(set => set.SetProperty(u => u.Used, u => u.Used + 1));
            });
    }

    [Fact, RedeliveryOf<ReturnPromotionsHandler>(typeof(ReturnPromotions))]
    public async Task What_is_given_back_twice_and_at_once_counts_once_and_can_be_used_again()
    {
        var promotion = await shop.OfferAsync(usageLimit: 1);
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await TakeAsync(first, promotion, "a@example.com", Redemption.Redeemed);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.PublishAsync(new ReturnPromotions(first))));
        await StateAsync(first, Redemption.Returned);
        (await UsedAsync(promotion)).ShouldBe(0);

        await TakeAsync(second, promotion, "b@example.com", Redemption.Redeemed);
        await TakeAsync(first, promotion, "a@example.com", Redemption.Returned);
        (await UsedAsync(promotion)).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_given_back_before_it_came_can_not_be_taken_any_more()
    {
        var promotion = await shop.OfferAsync(usageLimit: 1);
        var purchase = Guid.CreateVersion7();

        await shop.PublishAsync(new ReturnPromotions(purchase));
        await StateAsync(purchase, Redemption.Returned);
        await TakeAsync(purchase, promotion, "a@example.com", Redemption.Returned);

        (await UsedAsync(promotion)).ShouldBe(0);
    }

    [Fact]
    public async Task A_customer_uses_it_as_often_as_a_customer_may_as_guest_too()
    {
        var promotion = await shop.OfferAsync(customerLimit: 1);
        var customer = Guid.CreateVersion7();

        await TakeAsync(Guid.CreateVersion7(), promotion, "Ada@example.com", Redemption.Redeemed, customer);
        await TakeAsync(Guid.CreateVersion7(), promotion, "other@example.com", Redemption.Rejected, customer);
        await TakeAsync(Guid.CreateVersion7(), promotion, " ada@EXAMPLE.com", Redemption.Rejected);
        await TakeAsync(Guid.CreateVersion7(), promotion, "bob@example.com", Redemption.Redeemed);
        (await UsedAsync(promotion)).ShouldBe(2, "what was refused counts for nobody");
    }

    [Fact]
    public async Task All_promotions_of_a_purchase_are_taken_or_none()
    {
        var (plenty, gone) = (await shop.OfferAsync(usageLimit: 9), await shop.OfferAsync(usageLimit: 1));
        await TakeAsync(Guid.CreateVersion7(), gone, "a@example.com", Redemption.Redeemed);
        var purchase = Guid.CreateVersion7();

        await shop.PublishAsync(new RedeemPromotions(purchase, [gone, plenty], null, "b@example.com"));
        await StateAsync(purchase, Redemption.Rejected);

        (await UsedAsync(plenty)).ShouldBe(0);
    }

    private async Task TakeAsync(Guid purchase, Guid promotion, string email, string expected, Guid? customer = null)
    {
        await shop.PublishAsync(new RedeemPromotions(purchase, [promotion], customer, email));
        await StateAsync(purchase, expected);
    }

    private Task StateAsync(Guid purchase, string expected) =>
        Eventually.IsTrueAsync(
            $"the redemption is {expected}",
            async () => await shop.ScalarAsync<string>("select state from carts.redemptions where id = $1", purchase) == expected
        );

    private Task<long> CountAsync(Guid promotion, string state) =>
        shop.ScalarAsync<long>(
            "select count(*) from carts.redemptions where $1 = any(promotion_ids) and ($2 = '' or state = $2)",
            promotion,
            state
        );

    private async Task<int> UsedAsync(Guid promotion) =>
        await shop.ScalarAsync<int>("select used from carts.promotion_uses where promotion_id = $1 and holder = ''", promotion);

    private static RedeemPromotions Redeem(Guid purchase, Guid promotion, string email) => new(purchase, [promotion], null, email);
}
