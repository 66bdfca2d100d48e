using System.Net;
using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>What the payment provider tells, or somebody in its name.</summary>
public sealed class WebhookTests(SharedWorld shared)
{
    [Fact]
    public async Task A_forged_event_is_refused_and_moves_no_purchase()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);
        var submitted = await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync("pm_card_authenticationRequired"));
        var intent = (await Ledger.IntentsAsync(shared.World, submitted["id"]!)).Single();

        var answer = await Webhook.TellAsync(shared.World, Webhook.Authorized(intent), secret: "whsec_somebody_else");
        var seen = await shopper.GetCheckoutAsync(submitted["id"]!);
        await Payer.AuthenticateAsync(shared.World, submitted["actionUrl"]!, passes: false);
        var end = await Purchase.EndAsync(shopper, submitted);

        answer.ShouldBe(HttpStatusCode.BadRequest);
        seen["state"].ShouldBe("payment_pending");
        end.Code.ShouldBe("payments.authentication_failed");
    }

    [Fact]
    public async Task An_event_told_many_times_captures_once()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);
        var submitted = await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync("pm_card_authenticationRequired"));
        await Payer.AuthenticateAsync(shared.World, submitted["actionUrl"]!);
        var told = Webhook.Authorized((await Ledger.IntentsAsync(shared.World, submitted["id"]!)).Single());

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Webhook.TellAsync(shared.World, told)));
        var end = await Purchase.EndAsync(shopper, submitted);
        var late = await Webhook.TellAsync(shared.World, told);

        answers.Append(late).ShouldAllBe(status => status == HttpStatusCode.OK);
        end["state"].ShouldBe("completed");
        var total = submitted.Body!["total"]!["minor"]!.GetValue<long>();
        (await Ledger.ReadAsync(shared.World, submitted["id"]!)).ShouldBe(new Ledger(1, "succeeded", total, 0));
        (await shared.Staff.AvailableAsync(sku)).ShouldBe(4);
    }

    [Fact]
    public async Task An_event_of_a_payment_not_known_yet_is_taken_and_kept()
    {
        var sku = await shared.ProductAsync(stock: 5);
        var shopper = await shared.ShopperAsync(sku);
        var submitted = await shopper.CheckOutAsync();
        var told = Webhook.Authorized((await Ledger.IntentsAsync(shared.World, submitted["id"]!)).Single());
        told["data"]!["object"]!["metadata"]!["payment_id"] = Guid.CreateVersion7().ToString();

        (await Webhook.TellAsync(shared.World, told)).ShouldBe(HttpStatusCode.OK);
        const string kept = "select count(*) from payments.webhook_events where id = $1 and processed_at is null";
        (await shared.World.ScalarAsync<long>(kept, told["id"]!.ToString())).ShouldBe(1);
    }
}
