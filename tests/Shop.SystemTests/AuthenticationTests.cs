using System.Net;
using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>The payer's bank wants to know who they are.</summary>
public sealed class AuthenticationTests(SharedWorld shared)
{
    private const string Method = "pm_card_authenticationRequired";

    [Fact]
    public async Task A_payer_who_authenticates_gets_the_order()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);
        var first = await shopper.CheckOutAsync(Method);
        first.Status.ShouldBe(HttpStatusCode.Accepted);
        var submitted = await Purchase.PendingAsync(shopper, first);
        submitted["state"].ShouldBe("payment_pending");

        await Payer.AuthenticateAsync(shared.World, submitted["actionUrl"]!);
        var answer = await Purchase.EndAsync(shopper, submitted);

        answer["state"].ShouldBe("completed");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(4);
        var ledger = await Ledger.ReadAsync(shared.World, submitted["id"]!);
        ledger.ShouldBe(new Ledger(1, "succeeded", submitted.Body!["total"]!["minor"]!.GetValue<long>(), 0));
        (await Mailbox.CountAsync(shared.World, shopper.Email, atLeast: 1)).ShouldBe(1);
    }

    [Fact]
    public async Task A_payer_who_fails_to_authenticate_gets_nothing_and_pays_nothing()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);
        var submitted = await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync(Method));

        await Payer.AuthenticateAsync(shared.World, submitted["actionUrl"]!, passes: false);
        var answer = await Purchase.EndAsync(shopper, submitted);

        answer.Code.ShouldBe("payments.authentication_failed");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(5);
        (await Ledger.ReadAsync(shared.World, submitted["id"]!)).Captured.ShouldBe(0);
    }

    [Fact]
    public async Task Authentication_that_is_never_done_ends_the_purchase_and_cancels_the_intent()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);

        var submitted = await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync(Method));
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(4);
        var answer = await Purchase.EndAsync(shopper, submitted);

        answer.Code.ShouldBe("checkout.authentication_expired");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(5);
        (await Ledger.ReadAsync(shared.World, submitted["id"]!)).ShouldBe(new Ledger(1, "canceled", 0, 0));
    }

    [Fact]
    public async Task A_hold_that_runs_out_before_the_payment_gives_stock_and_money_back()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);
        var submitted = await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync(Method));

        // The hold's time passes.
        await shared.World.ExecuteAsync(
            "update inventory.reservations set expires_at = now() - interval '1 minute' where id = $1",
            Guid.Parse(submitted["id"]!)
        );
        await Payer.AuthenticateAsync(shared.World, submitted["actionUrl"]!);
        var answer = await Purchase.EndAsync(shopper, submitted);

        answer.Code.ShouldBe("inventory.hold_expired");
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(5);
        (await Ledger.ReadAsync(shared.World, submitted["id"]!)).ShouldBe(new Ledger(1, "canceled", 0, 0));
    }
}
