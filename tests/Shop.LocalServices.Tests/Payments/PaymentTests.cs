using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Stripe;

namespace Shop.LocalServices.Tests.Payments;

public sealed class PaymentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_card_is_authorised_and_captured_once()
    {
        await using var provider = await Provider.StartAsync();
        var intent = await provider.AuthorizeAsync();
        intent.Status.ShouldBe("requires_capture");
        intent.AmountCapturable.ShouldBe(4_999);
        intent.Metadata["checkout"].ShouldBe("c-1");
        intent.LatestChargeId.ShouldStartWith("ch_");

        var captured = await provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled);
        captured.Status.ShouldBe("succeeded");
        captured.AmountReceived.ShouldBe(4_999);
        var again = await Should.ThrowAsync<StripeException>(() => provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled));
        again.StripeError.Code.ShouldBe("payment_intent_unexpected_state");

        var ledger = await LedgerAsync(provider, intent.Id);
        ledger["captured"]!.GetValue<long>().ShouldBe(4_999);
        ledger["entries"]!.AsArray().Select(e => e!["operation"]!.GetValue<string>()).ShouldBe(["authorize", "capture"]);
    }

    [Fact]
    public async Task A_part_may_be_captured_and_the_rest_is_let_go()
    {
        await using var provider = await Provider.StartAsync();
        var intent = await provider.AuthorizeAsync();
        var tooMuch = new PaymentIntentCaptureOptions { AmountToCapture = 5_000 };
        var refused = await Should.ThrowAsync<StripeException>(() =>
            provider.Intents.CaptureAsync(intent.Id, tooMuch, cancellationToken: Cancelled)
        );
        refused.StripeError.Code.ShouldBe("amount_too_large");

        var captured = await provider.Intents.CaptureAsync(intent.Id, new() { AmountToCapture = 1_000 }, cancellationToken: Cancelled);
        captured.AmountReceived.ShouldBe(1_000);
        captured.AmountCapturable.ShouldBe(0);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_visa_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", null)]
    public async Task A_bad_card_is_declined_with_its_reason(string card, string code, string? reason)
    {
        await using var provider = await Provider.StartAsync();
        var declined = await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync(card));
        ((int)declined.HttpStatusCode).ShouldBe(402);
        declined.StripeError.Type.ShouldBe("card_error");
        declined.StripeError.Code.ShouldBe(code);
        declined.StripeError.DeclineCode.ShouldBe(reason);
        declined.StripeError.PaymentIntent.Status.ShouldBe("requires_payment_method");

        var retried = await provider.Intents.ConfirmAsync(
            declined.StripeError.PaymentIntent.Id,
            new() { PaymentMethod = "pm_card_visa" },
            cancellationToken: Cancelled
        );
        retried.Status.ShouldBe("requires_capture");
    }

    [Theory]
    [InlineData("complete", "requires_capture", "succeeded")]
    [InlineData("fail", "requires_payment_method", "failed")]
    public async Task The_bank_asks_the_shopper_and_the_answer_counts(string answer, string status, string redirectStatus)
    {
        await using var provider = await Provider.StartAsync();
        var intent = await provider.AuthorizeAsync("pm_card_authenticationRequired");
        intent.Status.ShouldBe("requires_action");
        var page = new Uri(intent.NextAction.RedirectToUrl.Url);
        (await provider.Http.GetStringAsync(page, Cancelled)).ShouldContain("49.99 EUR");

        using var shopper = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var answered = await shopper.PostAsync(new Uri(page, page.AbsolutePath + $"/{answer}" + page.Query), null, Cancelled);
        answered.Headers.Location!.ToString().ShouldContain($"redirect_status={redirectStatus}");
        answered.Headers.Location!.ToString().ShouldStartWith("http://127.0.0.1/checkouts/1?payment_intent=" + intent.Id);
        var after = await provider.Intents.GetAsync(intent.Id, cancellationToken: Cancelled);
        after.Status.ShouldBe(status);
        (await shopper.GetAsync(page, Cancelled)).IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task Only_who_was_told_the_secret_answers_for_the_shopper()
    {
        await using var provider = await Provider.StartAsync();
        var intent = await provider.AuthorizeAsync("pm_card_threeDSecure2Required");
        var forged = await provider.Http.PostAsync($"/authenticate/{intent.Id}/complete?client_secret=guess", null, Cancelled);
        forged.IsSuccessStatusCode.ShouldBeFalse();
        (await provider.Intents.GetAsync(intent.Id, cancellationToken: Cancelled)).Status.ShouldBe("requires_action");
    }

    [Fact]
    public async Task A_cancelled_payment_stays_cancelled()
    {
        await using var provider = await Provider.StartAsync();
        var intent = await provider.AuthorizeAsync();
        var canceled = await provider.Intents.CancelAsync(
            intent.Id,
            new() { CancellationReason = "abandoned" },
            cancellationToken: Cancelled
        );
        canceled.Status.ShouldBe("canceled");
        canceled.CancellationReason.ShouldBe("abandoned");
        await Should.ThrowAsync<StripeException>(() => provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task No_more_is_refunded_than_was_captured()
    {
        await using var provider = await Provider.StartAsync();
        var intent = await provider.AuthorizeAsync();
        await provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled);

        var part = await provider.Refunds.CreateAsync(new() { PaymentIntent = intent.Id, Amount = 1_000 }, cancellationToken: Cancelled);
        part.Status.ShouldBe("succeeded");
        await Should.ThrowAsync<StripeException>(() =>
            provider.Refunds.CreateAsync(new() { PaymentIntent = intent.Id, Amount = 4_000 }, cancellationToken: Cancelled)
        );
        (await provider.Refunds.CreateAsync(new() { PaymentIntent = intent.Id }, cancellationToken: Cancelled)).Amount.ShouldBe(3_999);
        var again = await Should.ThrowAsync<StripeException>(() =>
            provider.Refunds.CreateAsync(new() { PaymentIntent = intent.Id }, cancellationToken: Cancelled)
        );
        again.StripeError.Code.ShouldBe("charge_already_refunded");

        var listed = await provider.Refunds.ListAsync(new() { PaymentIntent = intent.Id }, cancellationToken: Cancelled);
        listed.Sum(r => r.Amount).ShouldBe(4_999);
        (await LedgerAsync(provider, intent.Id))["refunded"]!.GetValue<long>().ShouldBe(4_999);
    }

    [Fact]
    public async Task Payments_are_listed_newest_first_page_by_page()
    {
        await using var provider = await Provider.StartAsync();
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
            made.Insert(0, (await provider.AuthorizeAsync(amount: 100 + i)).Id);

        var first = await provider.Intents.ListAsync(new() { Limit = 3 }, cancellationToken: Cancelled);
        first.Select(i => i.Id).ShouldBe(made[..3]);
        first.HasMore.ShouldBeTrue();
        var listed = new List<string>();
        await foreach (var intent in provider.Intents.ListAutoPagingAsync(new() { Limit = 3 }, cancellationToken: Cancelled))
            listed.Add(intent.Id);
        listed.ShouldBe(made);

        var later = new DateRangeOptions { GreaterThan = first.First().Created.AddMinutes(1) };
        (await provider.Intents.ListAsync(new() { Created = later }, cancellationToken: Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Mistakes_are_told_as_the_provider_tells_them()
    {
        await using var provider = await Provider.StartAsync();
        var missing = await Should.ThrowAsync<StripeException>(() => provider.Intents.GetAsync("pi_nobody", cancellationToken: Cancelled));
        missing.StripeError.Code.ShouldBe("resource_missing");
        ((int)missing.HttpStatusCode).ShouldBe(404);

        var noCard = await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync("pm_nobody"));
        noCard.StripeError.Code.ShouldBe("resource_missing");
        var noMoney = await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync(amount: 0));
        noMoney.StripeError.Param.ShouldBe("amount");

        var stranger = new PaymentIntentService(new StripeClient("sk_test_stranger", apiBase: provider.Client.ApiBase));
        var unknown = await Should.ThrowAsync<StripeException>(() => stranger.GetAsync("pi_nobody", cancellationToken: Cancelled));
        ((int)unknown.HttpStatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task A_restarted_provider_remembers_every_payment()
    {
        await using var provider = await Provider.StartAsync();
        var intent = await provider.AuthorizeAsync(key: "key-1");
        await provider.Intents.CaptureAsync(intent.Id, cancellationToken: Cancelled);
        await provider.RestartAsync();

        (await provider.Intents.GetAsync(intent.Id, cancellationToken: Cancelled)).Status.ShouldBe("succeeded");
        (await provider.AuthorizeAsync(key: "key-1")).Id.ShouldBe(intent.Id);
        (await LedgerAsync(provider, intent.Id))["entries"]!.AsArray().Count.ShouldBe(2);
    }

    private static async Task<JsonObject> LedgerAsync(Provider provider, string id)
    {
        var ledger = await provider.Http.GetFromJsonAsync<JsonObject>("/admin/ledger", Cancelled);
        return ledger!["intents"]!.AsArray().Single(i => i!["id"]!.GetValue<string>() == id)!.AsObject();
    }
}
