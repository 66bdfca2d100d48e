using Shop.Payments.Domain;

namespace Shop.Payments.Tests.Unit;

public sealed class PaymentPlanTests
{
    [Fact]
    public void A_payment_is_created_under_one_key_for_ever()
    {
        var attempt = Some.Attempt();
        var first = PaymentPlan.KeyOf(ProviderStep.Create, attempt);

        attempt.SpentKeys = 3;

        PaymentPlan.KeyOf(ProviderStep.Create, attempt).ShouldBe(first);
        first.ShouldBe($"{attempt.Id}:authorize");
    }

    [Fact]
    public void A_capture_goes_on_with_a_fresh_key_after_a_server_error_and_only_then()
    {
        var attempt = Some.Attempt(PaymentState.Authorized, PaymentGoal.Capture);
        attempt.Calls = 5;
        PaymentPlan.KeyOf(ProviderStep.Capture, attempt).ShouldBe($"{attempt.Id}:capture");

        attempt.SpentKeys = 1;

        PaymentPlan.KeyOf(ProviderStep.Capture, attempt).ShouldBe($"{attempt.Id}:capture:2");
    }

    [Fact]
    public void After_a_call_without_a_verdict_the_provider_is_asked_before_anything_else()
    {
        var attempt = Some.Attempt(PaymentState.Authorized, PaymentGoal.Capture);
        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Capture);

        attempt.Uncertain = true;

        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Retrieve);
    }

    [Fact]
    public void An_unknown_payment_is_looked_for_by_our_id_until_the_provider_has_told_its_own()
    {
        var attempt = Some.Attempt(PaymentState.Unknown);
        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Find);

        attempt.IntentId = Some.Intent;

        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Retrieve);
    }

    [Fact]
    public void A_payment_that_was_not_found_is_asked_for_again_a_few_times()
    {
        var attempt = Some.Attempt(PaymentState.Unknown);
        PaymentPlan.AfterFind(attempt, Verdict.NotFound, Some.Now).ShouldBe(ProviderStep.Create);

        attempt.Calls = PaymentPlan.MaxCreates;

        PaymentPlan.AfterFind(attempt, Verdict.NotFound, Some.Now).ShouldBe(ProviderStep.None);
    }

    [Fact]
    public void A_payment_that_may_have_been_overlooked_is_asked_for_again_only_while_the_provider_keeps_its_key()
    {
        var attempt = Some.Attempt(PaymentState.Unknown);

        PaymentPlan.AfterFind(attempt, Verdict.NotSeen, Some.Now.AddHours(22)).ShouldBe(ProviderStep.Create);
        PaymentPlan.AfterFind(attempt, Verdict.NotSeen, Some.Now.AddHours(24)).ShouldBe(ProviderStep.None);
    }

    [Fact]
    public void A_settled_payment_is_never_looked_at_again()
    {
        foreach (var state in (PaymentState[])[PaymentState.Failed, PaymentState.Authorized, PaymentState.Captured, PaymentState.Refunded])
            ResolverTimes.Next(Some.Attempt(state)).ShouldBeNull($"{state}");
    }

    [Fact]
    public void Looks_become_rarer_but_never_end()
    {
        var attempt = Some.Attempt(PaymentState.Unknown);
        ResolverTimes.Next(attempt)!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));

        attempt.ResolveTries = 1000;

        ResolverTimes.Next(attempt)!.Value.ShouldBeInRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Names_of_states_read_back()
    {
        foreach (var state in Enum.GetValues<PaymentState>())
            PaymentNames.Parse<PaymentState>(state.ToText()).ShouldBe(state);
        PaymentState.RequiresAction.ToText().ShouldBe("requires_action");
    }
}
