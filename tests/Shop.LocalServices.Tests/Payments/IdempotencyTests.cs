using Shop.LocalServices.Payments;
using Stripe;

namespace Shop.LocalServices.Tests.Payments;

public sealed class IdempotencyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_key_gives_the_first_answer_again()
    {
        await using var provider = await Provider.StartAsync();
        var first = await provider.AuthorizeAsync(key: "key-1");
        await provider.Intents.CaptureAsync(first.Id, cancellationToken: Cancelled);

        var second = await provider.AuthorizeAsync(key: "key-1");
        second.Id.ShouldBe(first.Id);
        second.Status.ShouldBe("requires_capture");
        second.StripeResponse.Headers.GetValues("Idempotent-Replayed").ShouldBe(["true"]);
        (await provider.Intents.ListAsync(cancellationToken: Cancelled)).Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_decline_is_replayed_too()
    {
        await using var provider = await Provider.StartAsync();
        var first = await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync("pm_card_chargeDeclined", key: "key-1"));
        var second = await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync("pm_card_chargeDeclined", key: "key-1"));
        second.StripeError.PaymentIntent.Id.ShouldBe(first.StripeError.PaymentIntent.Id);
    }

    [Fact]
    public async Task Another_request_under_the_key_is_refused()
    {
        await using var provider = await Provider.StartAsync();
        await provider.AuthorizeAsync(key: "key-1");
        var refused = await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync(amount: 1, key: "key-1"));
        refused.StripeError.Type.ShouldBe("idempotency_error");
        ((int)refused.HttpStatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task A_request_refused_for_its_shape_leaves_the_key_free()
    {
        await using var provider = await Provider.StartAsync();
        await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync(amount: 0, key: "key-1"));
        (await provider.AuthorizeAsync(key: "key-1")).Status.ShouldBe("requires_capture");
    }

    [Fact]
    public async Task Of_two_at_once_one_is_told_to_wait()
    {
        // Both, since the first to be struck need not be the first to claim the key.
        var slow = new FaultPlan { Requests = [new("create", RequestFault.Slow) { Count = 2, DelayMs = 3_000 }] };
        await using var provider = await Provider.StartAsync(slow);
        var both = await Task.WhenAll(AnswerAsync(), AnswerAsync());
        both.ShouldBe(["requires_capture", "idempotency_key_in_use"], ignoreOrder: true);
        (await provider.Intents.ListAsync(cancellationToken: Cancelled)).Count().ShouldBe(1);

        async Task<string> AnswerAsync()
        {
            try
            {
                return (await provider.AuthorizeAsync(key: "key-1")).Status;
            }
            catch (StripeException e)
            {
                ((int)e.HttpStatusCode).ShouldBe(409);
                return e.StripeError.Code;
            }
        }
    }

    [Fact]
    public async Task A_saved_500_is_replayed_for_ever_and_the_charge_is_found_by_looking()
    {
        var fault = new FaultPlan { Requests = [new("create", RequestFault.ServerErrorAfter) { Count = 1 }] };
        await using var provider = await Provider.StartAsync(fault);
        for (var i = 0; i < 3; i++)
        {
            var failed = await Should.ThrowAsync<StripeException>(() => provider.AuthorizeAsync(key: "key-1"));
            ((int)failed.HttpStatusCode).ShouldBe(500);
            failed.StripeError.PaymentIntent.ShouldBeNull();
        }
        var found = (await provider.Intents.ListAsync(cancellationToken: Cancelled)).ShouldHaveSingleItem();
        found.Status.ShouldBe("requires_capture");
    }
}
