using Shop.Payments.Contracts;

namespace Shop.Payments.Tests.Slices;

public sealed class PayTests(PaidShop shop)
{
    [Fact]
    public async Task Money_is_set_aside_and_then_taken_once()
    {
        var payment = PaidShop.NewPayment();

        await shop.PublishAsync(payment);
        (await Heard.SoonAsync<PaymentAuthorized>(payment.PaymentId)).Amount.ShouldBe(PaidShop.Price);
        await shop.PublishAsync(new CapturePayment(payment.PaymentId));
        (await Heard.SoonAsync<PaymentCaptured>(payment.PaymentId)).Amount.ShouldBe(PaidShop.Price);

        var entry = (await shop.AtProviderAsync(payment.PaymentId)).ShouldHaveSingleItem();
        entry.Operations.ShouldBe(["authorize", "capture"]);
        entry.Captured.ShouldBe(PaidShop.Price.Minor);
        (await shop.BalanceAsync(payment.PaymentId)).ShouldBe(PaidShop.Price.Minor);
        await shop.SettledAsync(payment.PaymentId);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "payments.declined")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "payments.insufficient_funds")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "payments.invalid_method")]
    [InlineData("pm_nobody_knows", "payments.invalid_method")]
    public async Task A_card_the_bank_refuses_is_declined_with_a_stable_code(string method, string code)
    {
        var payment = PaidShop.NewPayment(method);

        await shop.PublishAsync(payment);

        (await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId)).Code.ShouldBe(code);
        (await shop.StateAsync(payment.PaymentId)).ShouldBe("failed");
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldAllBe(e => e.Operations.Count == 0);
    }

    [Fact]
    public async Task A_card_number_is_neither_stored_nor_sent()
    {
        var payment = PaidShop.NewPayment("4242424242424242");

        await shop.PublishAsync(payment);

        (await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId)).Code.ShouldBe("payments.invalid_method");
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldBeEmpty();
        (await shop.ScalarAsync<string>("select payment_method from payments.attempts where id = $1", payment.PaymentId)).ShouldBe("");
    }

    [Fact]
    public async Task A_payer_who_authenticates_has_paid()
    {
        var payment = PaidShop.NewPayment("pm_card_authenticationRequired");
        await shop.PublishAsync(payment);
        var action = await Heard.SoonAsync<PaymentActionRequired>(payment.PaymentId);

        await shop.AtTheBankAsync(action.ActionUrl, passes: true);

        await Heard.SoonAsync<PaymentAuthorized>(payment.PaymentId);
    }

    [Fact]
    public async Task A_payer_who_fails_to_authenticate_is_declined()
    {
        var payment = PaidShop.NewPayment("pm_card_authenticationRequired");
        await shop.PublishAsync(payment);
        var action = await Heard.SoonAsync<PaymentActionRequired>(payment.PaymentId);

        await shop.AtTheBankAsync(action.ActionUrl, passes: false);

        (await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId)).Code.ShouldBe("payments.authentication_failed");
    }

    [Fact]
    public async Task A_payer_who_never_comes_back_leaves_nothing_set_aside()
    {
        var payment = PaidShop.NewPayment("pm_card_authenticationRequired");
        await shop.PublishAsync(payment);
        await Heard.SoonAsync<PaymentActionRequired>(payment.PaymentId);

        await shop.PublishAsync(new VoidPayment(payment.PaymentId));

        (await Heard.SoonAsync<PaymentVoided>(payment.PaymentId)).Refunded.ShouldBeNull();
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldHaveSingleItem().Status.ShouldBe("canceled");
    }

    [Fact]
    public async Task An_authorisation_is_given_back()
    {
        var id = await shop.AuthorizedAsync();

        await shop.PublishAsync(new VoidPayment(id));

        (await Heard.SoonAsync<PaymentVoided>(id)).Refunded.ShouldBeNull();
        var entry = (await shop.AtProviderAsync(id)).ShouldHaveSingleItem();
        entry.Status.ShouldBe("canceled");
        (await shop.BalanceAsync(id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_capture_is_refunded_in_full_and_the_books_balance()
    {
        var id = await shop.CapturedAsync();

        await shop.PublishAsync(new VoidPayment(id));

        (await Heard.SoonAsync<PaymentVoided>(id)).Refunded.ShouldBe(PaidShop.Price);
        var entry = (await shop.AtProviderAsync(id)).ShouldHaveSingleItem();
        (entry.Captured - entry.Refunded).ShouldBe(0);
        (await shop.BalanceAsync(id)).ShouldBe(0);
        (await shop.ScalarAsync<long>("select count(*) from payments.ledger_entries where payment_id = $1", id)).ShouldBe(4);
    }

    [Fact]
    public async Task A_payment_voided_before_it_was_seen_can_never_be_made()
    {
        var payment = PaidShop.NewPayment();
        await shop.PublishAsync(new VoidPayment(payment.PaymentId));
        (await Heard.SoonAsync<PaymentVoided>(payment.PaymentId)).Refunded.ShouldBeNull();

        await shop.PublishAsync(payment);

        await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId);
        (await shop.AtProviderAsync(payment.PaymentId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_given_back_can_not_be_captured()
    {
        var id = await shop.AuthorizedAsync();
        await shop.PublishAsync(new VoidPayment(id));
        await Heard.SoonAsync<PaymentVoided>(id);

        await shop.PublishAsync(new CapturePayment(id));

        (await Heard.SoonAsync<PaymentCaptureFailed>(id)).Code.ShouldBe("payments.authorization_lost");
    }

    [Fact]
    public async Task A_second_attempt_for_the_same_purchase_waits_for_proof_that_the_first_keeps_no_money()
    {
        var first = await shop.AuthorizedAsync();
        AuthorizePayment Another() => PaidShop.NewPayment() with { Reference = first };
        var (tooEarly, afterwards) = (Another(), Another());

        await shop.PublishAsync(tooEarly);
        await Heard.SoonAsync<PaymentDeclined>(tooEarly.PaymentId);
        (await shop.AtProviderAsync(tooEarly.PaymentId)).ShouldBeEmpty();

        await shop.PublishAsync(new VoidPayment(first));
        await Heard.SoonAsync<PaymentVoided>(first);
        await shop.PublishAsync(afterwards);
        await Heard.SoonAsync<PaymentAuthorized>(afterwards.PaymentId);
    }

    [Fact]
    public async Task The_ledger_can_only_grow_and_only_in_balance()
    {
        var id = await shop.CapturedAsync();

        await Refused("update payments.ledger_entries set debit_minor = 1 where payment_id = $1");
        await Refused("delete from payments.ledger_entries where payment_id = $1");
        await Refused(
            "insert into payments.ledger_entries (payment_id, kind, account, debit_minor, credit_minor, currency, posted_at) values ($1, 'refund', 'sales', 5, 0, 'EUR', now())"
        );
        (await shop.BalanceAsync(id)).ShouldBe(PaidShop.Price.Minor);

        async Task Refused(string sql) => await Should.ThrowAsync<Npgsql.PostgresException>(() => shop.ScalarAsync<int>(sql, id));
    }
}
