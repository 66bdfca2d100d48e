using System.Net;
using System.Text.Json.Nodes;
using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>The purchase over HTTP, when all goes well and when it does not.</summary>
public sealed class PurchaseTests(SharedWorld shared)
{
    [Fact]
    public async Task A_purchase_is_paid_once_takes_stock_sends_one_mail_and_is_counted()
    {
        var sku = await shared.ProductAsync(stock: 2);
        var shopper = await shared.ShopperAsync(sku, quantity: 2);
        (await shared.Staff.SearchFindsAsync(sku)).ShouldBeTrue();
        var cart = await shopper.SendAsync(HttpMethod.Get, $"/api/v1/carts/{shopper.CartId}", null);

        var answer = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());

        answer["state"].ShouldBe("completed");
        answer["orderNumber"]!.ShouldStartWith("S-");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(0);
        var total = cart.Body!["total"]!["minor"]!.GetValue<long>();
        (await Ledger.ReadAsync(shared.World, answer["id"]!)).ShouldBe(new Ledger(1, "succeeded", total, 0));
        (await Mailbox.CountAsync(shared.World, shopper.Email, atLeast: 1)).ShouldBe(1);
        await Eventually.IsTrueAsync(
            "analytics counts the order",
            async () =>
                await shared.World.ScalarAsync<long?>(
                    "select total_minor from analytics.order_facts where order_id = $1",
                    Guid.Parse(answer["id"]!)
                ) == total
        );
        await Eventually.IsTrueAsync("search knows that it is sold out", async () => !await shared.Staff.SearchHasInStockAsync(sku));
    }

    [Fact]
    public async Task What_is_out_of_stock_is_refused_and_costs_nothing()
    {
        var sku = await shared.ProductAsync(stock: 1);
        var shopper = await shared.ShopperAsync(sku, quantity: 2);

        var answer = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());

        answer.Code.ShouldBe("inventory.out_of_stock");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_lines_of_one_sku_count_together()
    {
        var sku = await shared.ProductAsync(stock: 3);
        var shopper = new Shopper(shared.World.Client);
        await shopper.FillCartAsync((sku, 2), (sku, 2));

        var answer = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());

        answer.Code.ShouldBe("inventory.out_of_stock");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(3);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "payments.declined")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "payments.insufficient_funds")]
    public async Task A_refused_payment_gives_the_stock_back(string method, string code)
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);

        var answer = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync(method));

        answer.Code.ShouldBe(code);
        await Eventually.IsTrueAsync("stock is back", async () => await shared.Staff.AvailableAsync(sku) == 5);
    }

    [Fact]
    public async Task A_cart_whose_payment_was_refused_can_be_bought_with_another()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);
        await Purchase.EndAsync(shopper, await shopper.CheckOutAsync("pm_card_chargeDeclined"));

        var second = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());

        second["state"].ShouldBe("completed");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(4);
    }

    [Fact]
    public async Task A_changed_price_is_told_before_anything_is_charged()
    {
        var sku = await shared.ProductAsync(stock: 5, price: 10_000);
        var shopper = await shared.ShopperAsync(sku);
        await shared.Staff.ChangePriceAsync(sku, 12_000);

        var answer = await shopper.CheckOutAsync();

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Code.ShouldBe("checkout.price_changed");
        var change = answer.Body!["changes"]![0]!;
        change["sku"]!.ToString().ShouldBe(sku);
        change["was"]!["minor"]!.GetValue<long>().ShouldBe(10_000);
        change["now"]!["minor"]!.GetValue<long>().ShouldBe(12_000);
    }

    [Fact]
    public async Task An_empty_cart_can_not_be_bought()
    {
        var shopper = new Shopper(shared.World.Client);
        await shopper.FillCartAsync();

        var answer = await shopper.CheckOutAsync();

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("checkout.cart_empty");
    }

    [Fact]
    public async Task An_unknown_variant_does_not_get_into_a_cart()
    {
        var shopper = new Shopper(shared.World.Client);
        await shopper.FillCartAsync();

        var answer = await shopper.AddAsync("NO-SUCH-SKU", 1);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("carts.unknown_variant");
    }

    [Fact]
    public async Task The_same_key_twice_and_at_once_is_one_order_and_another_body_is_refused()
    {
        var sku = await shared.ProductAsync(stock: 50);
        var shopper = await shared.ShopperAsync(sku);
        var key = Guid.CreateVersion7().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shopper.CheckOutAsync(key: key)));
        await Purchase.EndAsync(shopper, answers[0]);
        var other = await shopper.CheckOutAsync("pm_card_mastercard", key);

        answers.Select(a => a["id"]).Distinct().ShouldHaveSingleItem();
        other.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(49);
    }

    [Fact]
    public async Task Two_tabs_with_one_cart_make_one_order()
    {
        var sku = await shared.ProductAsync(stock: 50);
        var shopper = await shared.ShopperAsync(sku);

        var tabs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shopper.CheckOutAsync()));

        tabs.Count(a => a.Status is HttpStatusCode.Created or HttpStatusCode.Accepted).ShouldBe(1);
        await Purchase.EndAsync(shopper, tabs.Single(a => a.Status is HttpStatusCode.Created or HttpStatusCode.Accepted));
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(49);
    }
}
