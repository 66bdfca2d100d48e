using System.Net;
using System.Text.Json.Nodes;
using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>The payment provider has a bad day.</summary>
[Collection(TroubledWorld.Name)]
public sealed class ProviderTroubleTests(TroubledWorld shop) : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await shop.World.ClearPaymentFaultsAsync();

    [Fact]
    public async Task A_provider_that_is_down_is_answered_for_within_3_seconds_and_stock_goes_back()
    {
        var buyers = await BuyersAsync();
        await shop.World.Outside.KillAsync();

        var (sku, shopper, answer) = await Eventually.QuickAsync(TimeSpan.FromSeconds(3), () => BuyAsync(buyers.Dequeue()));
        await shop.World.StartOutsideAsync();

        (await Purchase.EndAsync(shopper, answer)).Code.ShouldBe("payments.provider_unavailable");
        (await shop.Staff.AvailableAsync(sku)).ShouldBe(5);
        (await Purchase.InsistAsync(shopper))["state"].ShouldBe("completed");
    }

    [Fact]
    public async Task A_provider_that_hangs_is_answered_for_within_3_seconds_and_the_payment_is_resolved_later()
    {
        var buyers = await BuyersAsync();
        await FailAsync("create", "timeout-before");

        var (sku, shopper, submitted) = await Eventually.QuickAsync(TimeSpan.FromSeconds(3), () => BuyAsync(buyers.Dequeue()));
        submitted.Status.ShouldBe(HttpStatusCode.Accepted);
        await shop.World.ClearPaymentFaultsAsync();

        await IsPaidOnceAsync(sku, shopper, submitted);
    }

    [Theory]
    [InlineData("create", "timeout-after")]
    [InlineData("create", "500-after")]
    [InlineData("create", "garbage")]
    [InlineData("capture", "timeout-after")]
    [InlineData("capture", "500-after")]
    public async Task An_answer_lost_after_the_charge_never_charges_twice(string on, string fault)
    {
        // Two, so that the repetition within the call is lost as well. Nor do events help to find out.
        await FailAsync(on, fault, count: 2, webhook: "never");
        var (sku, shopper) = await BuyerAsync();

        await IsPaidOnceAsync(sku, shopper, await shopper.CheckOutAsync());
    }

    [Fact]
    public async Task An_event_that_is_earlier_than_the_answer_carries_the_purchase_on()
    {
        // Asking for the payment is of no use either: only the event can tell.
        await shop.World.SetPaymentFaultsAsync(
            new JsonObject
            {
                ["requests"] = new JsonArray(
                    Rule("create", "timeout-after", null),
                    Rule("retrieve", "503", null),
                    Rule("list", "503", null)
                ),
            }
        );
        var (sku, shopper) = await BuyerAsync();

        await IsPaidOnceAsync(sku, shopper, await shopper.CheckOutAsync());
    }

    [Theory]
    [InlineData("twice")]
    [InlineData("late")]
    [InlineData("out-of-order")]
    [InlineData("bad-signature")]
    public async Task However_events_arrive_a_purchase_is_paid_once(string fault)
    {
        await FailAsync(webhook: fault);
        var (sku, shopper) = await BuyerAsync();

        await IsPaidOnceAsync(sku, shopper, await shopper.CheckOutAsync());
    }

    [Fact]
    public async Task An_order_canceled_before_its_capture_gives_stock_and_money_back()
    {
        // The money is still under way when the customer changes their mind.
        await FailAsync("capture", "timeout-before");
        var sku = await shop.ProductAsync(stock: 5);
        var shopper = await Shopper.RegisterAsync(shop.World.Client);
        await shopper.FillCartAsync((sku, 1));

        var submitted = await Purchase.SeenAsync(shopper, await shopper.CheckOutAsync(), "order_placed");
        var canceled = await shopper.CancelOrderAsync(submitted["id"]!);
        await shop.World.ClearPaymentFaultsAsync();
        var end = await Purchase.EndAsync(shopper, submitted);

        canceled["status"].ShouldBe("canceled");
        end.Code.ShouldBe("orders.canceled_by_customer");
        (await shop.Staff.AvailableAsync(sku)).ShouldBe(5);
        (await Ledger.ReadAsync(shop.World, submitted["id"]!)).ShouldBe(new Ledger(1, "canceled", 0, 0));
    }

    private async Task<(string Sku, Shopper Shopper)> BuyerAsync()
    {
        var sku = await shop.ProductAsync(stock: 5);
        return (sku, await shop.ShopperAsync(sku));
    }

    // One for each attempt: they share no cart and no stock.
    private async Task<Queue<(string Sku, Shopper Shopper)>> BuyersAsync() =>
        new([await BuyerAsync(), await BuyerAsync(), await BuyerAsync()]);

    private static async Task<(string Sku, Shopper Shopper, Answer Answer)> BuyAsync((string Sku, Shopper Shopper) buyer) =>
        (buyer.Sku, buyer.Shopper, await buyer.Shopper.CheckOutAsync());

    private async Task IsPaidOnceAsync(string sku, Shopper shopper, Answer submitted)
    {
        var end = await Purchase.EndAsync(shopper, submitted);
        end["state"].ShouldBe("completed");
        var total = end.Body!["total"]!["minor"]!.GetValue<long>();
        (await Ledger.ReadAsync(shop.World, end["id"]!)).ShouldBe(new Ledger(1, "succeeded", total, 0));
        (await shop.Staff.AvailableAsync(sku)).ShouldBe(4);
    }

    private Task FailAsync(string? on = null, string? fault = null, int? count = null, string? webhook = null) =>
        shop.World.SetPaymentFaultsAsync(
            new JsonObject
            {
                ["requests"] = on is null ? new JsonArray() : new JsonArray(Rule(on, fault!, count)),
                ["webhooks"] = webhook is null ? new JsonArray() : new JsonArray(Rule("*", webhook, null)),
            }
        );

    private static JsonObject Rule(string on, string fault, int? count) =>
        new()
        {
            ["on"] = on,
            ["fault"] = fault,
            ["count"] = count,
        };
}
