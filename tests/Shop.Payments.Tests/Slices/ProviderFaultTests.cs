using Shop.LocalServices.Payments;
using Shop.Payments.Contracts;

namespace Shop.Payments.Tests.Slices;

/// <summary>A host and a provider of their own: faults strike whoever calls, so these tests come one after the other.</summary>
[CollectionDefinition]
public sealed class FaultyProvider : ICollectionFixture<PaidShop>;

/// <summary>What the provider does wrong while money is set aside.</summary>
[Collection<FaultyProvider>]
public sealed class AuthorizeFaultTests(PaidShop shop)
{
    /// <summary>A call and its one retry.</summary>
    private const int Both = 2;

    [Theory]
    [InlineData(RequestFault.TimeoutAfter)]
    [InlineData(RequestFault.TimeoutBefore)]
    [InlineData(RequestFault.ServerErrorAfter)]
    [InlineData(RequestFault.ResetAfter)]
    [InlineData(RequestFault.Garbage)]
    [InlineData(RequestFault.Unavailable)]
    [InlineData(RequestFault.TooManyRequests)]
    public async Task However_the_provider_fails_to_answer_the_payment_is_made_once_and_told(RequestFault fault)
    {
        await shop.MakeFaultyAsync(("create", fault, Both));
        var payment = PaidShop.NewPayment();

        await shop.PublishAsync(payment);

        await Heard.SoonAsync<PaymentAuthorized>(payment.PaymentId);
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize"]);
        Heard.Of(payment.PaymentId).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_server_error_that_the_provider_replays_for_ever_is_declined_once_nothing_is_found()
    {
        await shop.MakeFaultyAsync(("create", RequestFault.ServerError, 1));
        var payment = PaidShop.NewPayment();

        await shop.PublishAsync(payment);
        await shop.StateIsAsync(payment.PaymentId, "unknown");

        (await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId)).Code.ShouldBe("payments.provider_unavailable");
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_payment_voided_while_unknown_is_never_confirmed_and_given_back_when_found()
    {
        await shop.MakeFaultyAsync(("create", RequestFault.TimeoutAfter, Both), ("list", RequestFault.Unavailable, Both));
        var payment = PaidShop.NewPayment();
        await shop.PublishAsync(payment);
        await shop.StateIsAsync(payment.PaymentId, "unknown");

        await shop.PublishAsync(new VoidPayment(payment.PaymentId));

        await Heard.SoonAsync<PaymentVoided>(payment.PaymentId);
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldHaveSingleItem().Status.ShouldBe("canceled");
        Heard.Of(payment.PaymentId).ShouldAllBe(e => e is PaymentVoided);
    }

    [Fact]
    public async Task A_payment_voided_while_it_is_being_made_keeps_no_money_and_is_never_confirmed()
    {
        await shop.MakeFaultyAsync(("create", RequestFault.TimeoutBefore, Both));
        var payment = PaidShop.NewPayment();

        await shop.PublishAsync(payment);
        await shop.PublishAsync(new VoidPayment(payment.PaymentId));

        await Heard.SoonAsync<PaymentVoided>(payment.PaymentId);
        await shop.SettledAsync(payment.PaymentId);
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldAllBe(e => e.Status == "canceled");
        Heard.Of(payment.PaymentId).ShouldNotContain(e => e is PaymentAuthorized);
    }

    [Fact]
    public async Task A_payment_voided_while_unknown_and_never_made_takes_its_key_without_setting_anything_aside()
    {
        var id = Guid.CreateVersion7();

        await shop.LeaveBehindAsync(id, "unknown", goal: "void", isDue: true);

        await Heard.SoonAsync<PaymentVoided>(id);
        (await shop.AtProviderAsync(id)).ShouldHaveSingleItem().Operations.ShouldNotContain("authorize");
    }

    [Fact]
    public async Task A_payer_who_authenticated_has_paid_even_if_the_provider_never_tells()
    {
        await shop.MakeFaultyAsync();
        var payment = PaidShop.NewPayment("pm_card_authenticationRequired");
        await shop.PublishAsync(payment);
        var action = await Heard.SoonAsync<PaymentActionRequired>(payment.PaymentId);

        await shop.AtTheBankAsync(action.ActionUrl, passes: true);

        await Heard.SoonAsync<PaymentAuthorized>(payment.PaymentId);
    }
}

/// <summary>What the provider does wrong while money is taken or given back.</summary>
[Collection<FaultyProvider>]
public sealed class CaptureFaultTests(PaidShop shop)
{
    private const int Both = 2;

    [Theory]
    [InlineData(RequestFault.TimeoutAfter, Both)]
    [InlineData(RequestFault.TimeoutBefore, Both)]
    [InlineData(RequestFault.ServerError, 1)]
    [InlineData(RequestFault.ServerErrorAfter, 1)]
    [InlineData(RequestFault.Garbage, Both)]
    [InlineData(RequestFault.ResetBefore, Both)]
    public async Task However_the_provider_fails_to_answer_money_is_taken_once(RequestFault fault, int times)
    {
        var id = await shop.AuthorizedAsync();
        await shop.MakeFaultyAsync(("capture", fault, times));

        await shop.PublishAsync(new CapturePayment(id));

        (await Heard.SoonAsync<PaymentCaptured>(id)).Amount.ShouldBe(PaidShop.Price);
        (await shop.AtProviderAsync(id)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize", "capture"]);
        (await shop.BalanceAsync(id)).ShouldBe(PaidShop.Price.Minor);
        await shop.SettledAsync(id);
    }

    [Theory]
    [InlineData(RequestFault.TimeoutAfter, Both)]
    [InlineData(RequestFault.ServerError, 1)]
    public async Task However_the_provider_fails_to_answer_money_is_given_back_once(RequestFault fault, int times)
    {
        var id = await shop.CapturedAsync();
        await shop.MakeFaultyAsync(("refund", fault, times));

        await shop.PublishAsync(new VoidPayment(id));

        (await Heard.SoonAsync<PaymentVoided>(id)).Refunded.ShouldBe(PaidShop.Price);
        (await shop.AtProviderAsync(id)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize", "capture", "refund"]);
        (await shop.BalanceAsync(id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_capture_without_an_answer_that_is_voided_ends_as_a_refund()
    {
        var id = await shop.AuthorizedAsync();
        await shop.MakeFaultyAsync(("capture", RequestFault.TimeoutAfter, Both));
        await shop.PublishAsync(new CapturePayment(id));
        await Eventually.IsTrueAsync("the capture is at the provider", async () => (await shop.AtProviderAsync(id)).Single().Captured > 0);

        await shop.PublishAsync(new VoidPayment(id));

        (await Heard.SoonAsync<PaymentVoided>(id)).Refunded.ShouldBe(PaidShop.Price);
        var entry = (await shop.AtProviderAsync(id)).ShouldHaveSingleItem();
        entry.Operations.ShouldBe(["authorize", "capture", "refund"]);
    }

    [Fact]
    public async Task Events_late_twice_and_out_of_order_change_nothing_for_the_books()
    {
        shop.Provider.Faults = new()
        {
            Webhooks =
            [
                new("payment_intent.amount_capturable_updated", WebhookFault.OutOfOrder),
                new("payment_intent.succeeded", WebhookFault.Twice),
                new("charge.refunded", WebhookFault.BadSignature) { Count = 1 },
            ],
        };

        var id = await shop.CapturedAsync();
        await shop.PublishAsync(new VoidPayment(id));
        await Heard.SoonAsync<PaymentVoided>(id);

        await Eventually.IsTrueAsync(
            "three events of it are taken in",
            async () =>
                await shop.ScalarAsync<long>(
                    "select count(*) from payments.webhook_events where payment_id = $1 and processed_at is not null",
                    id
                ) >= 3
        );
        (await shop.StateAsync(id)).ShouldBe("refunded");
        (await shop.ScalarAsync<long>("select count(*) from payments.ledger_entries where payment_id = $1", id)).ShouldBe(4);
        (await shop.BalanceAsync(id)).ShouldBe(0);
    }
}
