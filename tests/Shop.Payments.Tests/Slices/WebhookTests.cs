using System.Net;
using Shop.BuildingBlocks;
using Shop.Payments.Contracts;
using Shop.Payments.Features;

namespace Shop.Payments.Tests.Slices;

public sealed class WebhookTests(PaidShop shop)
{
    [Fact]
    [RedeliveryOf<ApplyWebhookHandler>(typeof(ApplyWebhook))]
    public async Task An_event_told_twice_counts_once()
    {
        var id = await UnknownPaymentAsync();
        var told = PaidShop.Event("amount_capturable_updated", "requires_capture", id, $"pi_{id:N}", eventId: $"evt_{id:N}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shop.TellAsync(told)));
        await Heard.SoonAsync<PaymentAuthorized>(id);
        await Task.WhenAll(shop.PublishAsync(new ApplyWebhook($"evt_{id:N}")), shop.PublishAsync(new ApplyWebhook($"evt_{id:N}")));
        await shop.PublishAsync(new VoidPayment(Guid.CreateVersion7()));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        (await shop.ScalarAsync<long>("select count(*) from payments.webhook_events where payment_id = $1", id)).ShouldBe(1);
        await Eventually.IsTrueAsync(
            "no message about it is left",
            async () =>
                await shop.ScalarAsync<long>(
                    "select count(*) from wolverine.wolverine_incoming_envelopes where status <> 'Handled' and message_type like 'payments.apply-webhook%'"
                ) == 0
        );
        Heard.Of(id).OfType<PaymentAuthorized>().ShouldHaveSingleItem();
        (await shop.StateAsync(id)).ShouldBe("authorized");
    }

    [Fact]
    public async Task An_event_that_comes_before_its_payment_is_kept_for_it()
    {
        var id = Guid.CreateVersion7();

        using var answer = await shop.TellAsync(PaidShop.Event("amount_capturable_updated", "requires_capture", id, $"pi_{id:N}"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await UnknownPaymentAsync(id);

        await Heard.SoonAsync<PaymentAuthorized>(id);
    }

    [Fact]
    public async Task Events_out_of_order_lead_to_the_same_end()
    {
        var id = await UnknownPaymentAsync();

        await shop.TellAsync(PaidShop.Event("succeeded", "succeeded", id, $"pi_{id:N}"));
        await Heard.SoonAsync<PaymentCaptured>(id);
        var late = $"evt_{Guid.CreateVersion7():N}";
        await shop.TellAsync(PaidShop.Event("amount_capturable_updated", "requires_capture", id, $"pi_{id:N}", eventId: late));
        await Eventually.IsTrueAsync(
            "the late one is taken in",
            () => shop.ScalarAsync<bool>("select processed_at is not null from payments.webhook_events where id = $1", late)
        );

        (await shop.StateAsync(id)).ShouldBe("captured");
        Heard.Of(id).Select(e => e.GetType()).ShouldBe([typeof(PaymentAuthorized), typeof(PaymentCaptured)], ignoreOrder: true);
        (await shop.BalanceAsync(id)).ShouldBe(1999);
    }

    [Fact]
    public async Task An_event_with_another_amount_is_never_believed_and_the_money_goes_back()
    {
        var id = await shop.AuthorizedAsync();
        var entry = (await shop.AtProviderAsync(id)).Single();

        await shop.TellAsync(PaidShop.Event("succeeded", "succeeded", id, entry.Id, amount: 2000));

        (await Heard.SoonAsync<PaymentDeclined>(id)).Code.ShouldBe("payments.amount_mismatch");
        (await shop.AtProviderAsync(id)).Single().Status.ShouldBe("canceled");
        Heard.Of(id).ShouldNotContain(e => e is PaymentCaptured);
        (await shop.BalanceAsync(id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_forged_or_stale_event_is_refused_and_not_stored()
    {
        var id = await UnknownPaymentAsync();
        var forged = PaidShop.Event("succeeded", "succeeded", id, $"pi_{id:N}", eventId: $"evt_{id:N}");

        foreach (
            var answer in new[]
            {
                await shop.TellAsync(forged, secret: "whsec_guessed"),
                await shop.TellAsync(forged, at: TimeProvider.System.GetUtcNow().AddMinutes(-6)),
                await shop.TellAsync(forged, at: TimeProvider.System.GetUtcNow().AddMinutes(6)),
                await shop.Client.PostAsync("/api/v1/payments/webhooks/stripe", new StringContent(forged)),
            }
        )
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("payments.invalid_signature");
        }
        (await shop.ScalarAsync<long>("select count(*) from payments.webhook_events where id = $1", $"evt_{id:N}")).ShouldBe(0);
        (await shop.StateAsync(id)).ShouldBe("unknown");
    }

    [Fact]
    public async Task An_event_under_our_id_but_of_another_intent_moves_nothing()
    {
        var id = await shop.AuthorizedAsync();
        var other = $"evt_{Guid.CreateVersion7():N}";

        await shop.TellAsync(PaidShop.Event("succeeded", "succeeded", id, "pi_of_somebody_else", eventId: other));

        await Eventually.IsTrueAsync(
            "it is taken in",
            () => shop.ScalarAsync<bool>("select processed_at is not null from payments.webhook_events where id = $1", other)
        );
        (await shop.StateAsync(id)).ShouldBe("authorized");
    }

    [Fact]
    public async Task An_event_too_large_or_without_sense_is_refused()
    {
        using var large = await shop.TellAsync(new string(' ', (64 * 1024) + 1));
        using var senseless = await shop.TellAsync("[]");

        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        senseless.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Staff_see_a_payment_and_others_do_not()
    {
        var id = await shop.CapturedAsync();
        using var staff = shop.ClientAs(Policies.Staff);
        using var customer = shop.ClientAs(Policies.Customer);

        var seen = await staff.GetStringAsync($"/api/v1/payments/{id}");

        seen.ShouldContain("\"state\":\"captured\"");
        seen.ShouldContain("\"captured\":{\"minor\":1999,\"currency\":\"EUR\"}");
        (await customer.GetAsync($"/api/v1/payments/{id}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await shop.Client.GetAsync($"/api/v1/payments/{id}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await staff.GetAsync($"/api/v1/payments/{Guid.CreateVersion7()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>A payment whose call got no answer, and which the resolver leaves alone for now.</summary>
    private async Task<Guid> UnknownPaymentAsync(Guid? known = null)
    {
        var id = known ?? Guid.CreateVersion7();
        await shop.LeaveBehindAsync(id, "unknown");
        return id;
    }
}
