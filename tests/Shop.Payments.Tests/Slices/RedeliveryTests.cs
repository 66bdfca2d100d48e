using Shop.Payments.Contracts;
using Shop.Payments.Features;

namespace Shop.Payments.Tests.Slices;

/// <summary>The same message in a row and at once: the provider is asked for one payment, and the answer comes again.</summary>
public sealed class RedeliveryTests(PaidShop shop)
{
    [Fact]
    [RedeliveryOf<AuthorizePaymentHandler>(typeof(AuthorizePayment))]
    public async Task A_payment_ordered_twice_is_made_once()
    {
        var payment = PaidShop.NewPayment();

        await TwiceAtOnceAsync(payment);
        await Heard.SoonAsync<PaymentAuthorized>(payment.PaymentId);
        await shop.SettledAsync(payment.PaymentId);
        var heard = Heard.Of(payment.PaymentId).Count;
        await shop.PublishAsync(payment);
        await Heard.TimesAsync<PaymentAuthorized>(payment.PaymentId, heard + 1);

        (await shop.AtProviderAsync(payment.PaymentId)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize"]);
        Heard.Of(payment.PaymentId).ShouldAllBe(e => e is PaymentAuthorized);
    }

    [Fact]
    public async Task A_declined_payment_ordered_again_is_declined_again_and_not_tried_again()
    {
        var payment = PaidShop.NewPayment("pm_card_chargeDeclined");
        await shop.PublishAsync(payment);
        await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId);

        await shop.PublishAsync(payment);

        await Heard.TimesAsync<PaymentDeclined>(payment.PaymentId, 2);
        (await shop.AtProviderAsync(payment.PaymentId)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_payment_that_waits_for_the_payer_tells_the_same_address_again()
    {
        var payment = PaidShop.NewPayment("pm_card_authenticationRequired");
        await shop.PublishAsync(payment);
        await Heard.SoonAsync<PaymentActionRequired>(payment.PaymentId);

        await shop.PublishAsync(payment);

        await Heard.TimesAsync<PaymentActionRequired>(payment.PaymentId, 2);
        Heard.Of(payment.PaymentId).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    [RedeliveryOf<CapturePaymentHandler>(typeof(CapturePayment))]
    public async Task A_capture_ordered_twice_is_made_once()
    {
        var id = await shop.AuthorizedAsync();

        await TwiceAtOnceAsync(new CapturePayment(id));
        await Heard.SoonAsync<PaymentCaptured>(id);
        await shop.SettledAsync(id);
        var heard = Heard.Of(id).OfType<PaymentCaptured>().Count();
        await shop.PublishAsync(new CapturePayment(id));
        await Heard.TimesAsync<PaymentCaptured>(id, heard + 1);

        (await shop.AtProviderAsync(id)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize", "capture"]);
        (await shop.BalanceAsync(id)).ShouldBe(PaidShop.Price.Minor);
    }

    [Fact]
    [RedeliveryOf<VoidPaymentHandler>(typeof(VoidPayment))]
    public async Task A_refund_ordered_twice_is_made_once()
    {
        var id = await shop.CapturedAsync();

        await TwiceAtOnceAsync(new VoidPayment(id));
        await Heard.SoonAsync<PaymentVoided>(id);
        await shop.SettledAsync(id);
        var heard = Heard.Of(id).OfType<PaymentVoided>().Count();
        await shop.PublishAsync(new VoidPayment(id));
        await Heard.TimesAsync<PaymentVoided>(id, heard + 1);

        (await shop.AtProviderAsync(id)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize", "capture", "refund"]);
        Heard.Of(id).OfType<PaymentVoided>().ShouldAllBe(v => v.Refunded == PaidShop.Price);
    }

    [Fact]
    public async Task An_unseen_payment_voided_twice_is_closed_once()
    {
        var id = Guid.CreateVersion7();

        await TwiceAtOnceAsync(new VoidPayment(id));

        await Heard.TimesAsync<PaymentVoided>(id, 2);
        (await shop.StateAsync(id)).ShouldBe("voided");
    }

    [Fact]
    public async Task Ordering_and_voiding_at_once_keeps_no_money()
    {
        var payment = PaidShop.NewPayment();

        await Task.WhenAll(shop.PublishAsync(payment), shop.PublishAsync(new VoidPayment(payment.PaymentId)));

        await Heard.SoonAsync<PaymentVoided>(payment.PaymentId);
        await shop.SettledAsync(payment.PaymentId);
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldAllBe(e => e.Status == "canceled");
    }

    [Fact]
    public async Task Capturing_and_voiding_at_once_keeps_no_money()
    {
        var id = await shop.AuthorizedAsync();

        await Task.WhenAll(shop.PublishAsync(new CapturePayment(id)), shop.PublishAsync(new VoidPayment(id)));

        await Heard.SoonAsync<PaymentVoided>(id);
        await shop.SettledAsync(id);
        var entry = (await shop.AtProviderAsync(id)).ShouldHaveSingleItem();
        (entry.Captured - entry.Refunded).ShouldBe(0);
        (await shop.BalanceAsync(id)).ShouldBe(0);
    }

    [Theory]
    [InlineData("before the call")]
    [InlineData("after the call")]
    public async Task A_process_that_dies_around_the_call_is_followed_by_one_that_asks_for_the_same_payment(string moment)
    {
        var payment = PaidShop.NewPayment();
        if (moment == "after the call")
        {
            await shop.PublishAsync(payment);
            await Heard.SoonAsync<PaymentAuthorized>(payment.PaymentId);
        }
        // What the dead process left behind: the row as it was committed before the call.
        await shop.ScalarAsync<int>("delete from payments.attempts where id = $1", payment.PaymentId);
        await shop.LeaveBehindAsync(payment.PaymentId, "created");

        await shop.PublishAsync(payment);

        await Heard.TimesAsync<PaymentAuthorized>(payment.PaymentId, moment == "after the call" ? 2 : 1);
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldHaveSingleItem().Operations.ShouldBe(["authorize"]);
    }

    [Fact]
    public async Task A_payment_whose_message_is_lost_is_finished_by_the_resolver()
    {
        var id = Guid.CreateVersion7();
        await shop.LeaveBehindAsync(id, "created", isDue: true);

        await Heard.SoonAsync<PaymentAuthorized>(id);
        (await shop.AtProviderAsync(id)).ShouldHaveSingleItem();
    }

    private Task TwiceAtOnceAsync(object message) => Task.WhenAll(shop.PublishAsync(message), shop.PublishAsync(message));
}
