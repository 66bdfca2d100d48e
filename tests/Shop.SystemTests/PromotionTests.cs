using System.Net;
using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>Purchases with a code, over HTTP.</summary>
public sealed class PromotionTests(SharedWorld shared)
{
    [Fact]
    public async Task A_single_use_coupon_redeemed_by_50_shoppers_at_once_reduces_exactly_one_order()
    {
        var (sku, code) = (await shared.ProductAsync(stock: 60), NewCode());
        await shared.Staff.PromoteAsync(code, usageLimit: 1);
        var shoppers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => WithCouponAsync(sku, code)));

        var answers = await Task.WhenAll(shoppers.Select(s => Purchase.InsistAsync(s)));

        var sold = answers.Where(a => a["state"] == "completed").ShouldHaveSingleItem();
        foreach (var answer in answers.Where(a => a != sold))
            new[] { "carts.promotion_exhausted", "checkout.total_changed" }.ShouldContain(answer.Code);
        (await UsedAsync(code)).ShouldBe(1);
        await Eventually.IsTrueAsync("the stock of all others is back", async () => await shared.Staff.AvailableAsync(sku) == 59);
    }

    [Fact]
    public async Task A_cart_with_a_coupon_can_be_completed_after_a_failed_payment_and_the_order_tells_the_discount()
    {
        var (sku, code) = (await shared.ProductAsync(stock: 5), NewCode());
        await shared.Staff.PromoteAsync(code, usageLimit: 1);
        var shopper = await WithCouponAsync(sku, code);
        var total = (await shopper.SendAsync(HttpMethod.Get, $"/api/v1/carts/{shopper.CartId}", null)).Body!["total"]![
            "minor"
        ]!.GetValue<long>();

        var declined = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync("pm_card_chargeDeclined"));
        declined.Code.ShouldBe("payments.declined");
        (await UsedAsync(code)).ShouldBe(0, "it is given back before the purchase is over");
        var paid = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());

        paid["state"].ShouldBe("completed");
        var id = Guid.Parse(paid["id"]!);
        (await Ledger.ReadAsync(shared.World, paid["id"]!)).ShouldBe(new Ledger(1, "succeeded", total, 0));
        (await shared.World.ScalarAsync<long?>("select total from orders.orders where id = $1", id)).ShouldBe(total);
        (
            await shared.World.ScalarAsync<bool?>(
                """
                select o.total = o.subtotal - o.discount + o.shipping + o.tax and o.discount = l.discount and o.discount > 0
                  and l.tax_basis_points = 1900 and o.tax = l.tax + o.shipping_tax and o.promotions->0->>'code' = $2
                from orders.orders o join orders.order_lines l on l.order_id = o.id where o.id = $1
                """,
                id,
                code
            )
        ).ShouldBe(true);
        (await UsedAsync(code)).ShouldBe(1);
    }

    [Fact]
    public async Task A_total_that_nobody_was_shown_is_not_charged()
    {
        var (sku, code) = (await shared.ProductAsync(stock: 5), NewCode());
        await shared.Staff.PromoteAsync(code);
        var shopper = await WithCouponAsync(sku, code);
        await shared.World.ExecuteAsync("delete from carts.promotions where code = $1", code);
        await shared.World.ExecuteAsync("update carts.rules_version set version = version + 1");

        var refused = await shopper.CheckOutAsync();
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Code.ShouldBe("checkout.total_changed");

        await shopper.SendAsync(HttpMethod.Get, $"/api/v1/carts/{shopper.CartId}", null);
        (await Purchase.EndAsync(shopper, await shopper.CheckOutAsync()))["state"].ShouldBe("completed");
    }

    private async Task<Shopper> WithCouponAsync(string sku, string code)
    {
        var shopper = await shared.ShopperAsync(sku);
        await shopper.AddCouponAsync(code);
        return shopper;
    }

    private Task<int?> UsedAsync(string code) =>
        shared.World.ScalarAsync<int?>(
            "select used from carts.promotion_uses u join carts.promotions p on p.id = u.promotion_id where p.code = $1 and u.holder = ''",
            code
        );

    private static string NewCode() => $"CODE-{Guid.NewGuid():N}"[..15].ToUpperInvariant();
}
