using CsCheck;
using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Contracts;
using Shop.Payments.Domain;

namespace Shop.Payments.Tests.Unit;

public sealed class PaymentReducerTests
{
    private static readonly PaymentState[] Told =
    [
        PaymentState.RequiresAction,
        PaymentState.Processing,
        PaymentState.Failed,
        PaymentState.Authorized,
        PaymentState.Voided,
        PaymentState.Captured,
        PaymentState.Refunded,
    ];

    private static readonly Gen<PaymentState> AnyReport = Gen.Int[0, Told.Length - 1].Select(i => Told[i]);
    private static readonly Gen<PaymentGoal> AnyGoal = Gen.Int[0, 2].Select(i => (PaymentGoal)i);

    [Theory]
    [InlineData(PaymentState.RequiresAction, typeof(PaymentActionRequired))]
    [InlineData(PaymentState.Authorized, typeof(PaymentAuthorized))]
    [InlineData(PaymentState.Failed, typeof(PaymentDeclined))]
    public void What_the_provider_says_of_a_new_payment_is_told(PaymentState state, Type expected)
    {
        var reduction = PaymentReducer.Reduce(Some.Attempt(), Some.Report(state), Some.Now);

        reduction.Events.ShouldHaveSingleItem().ShouldBeOfType(expected);
    }

    [Fact]
    public void A_straggler_changes_nothing()
    {
        var attempt = Some.Attempt(PaymentState.Captured, PaymentGoal.Capture);

        foreach (var state in Told.Where(s => s <= PaymentState.Captured))
            PaymentReducer.Reduce(attempt, Some.Report(state), Some.Now).ShouldBe(Reduction.Nothing);
        attempt.State.ShouldBe(PaymentState.Captured);
    }

    [Fact]
    public void Money_set_aside_after_a_refusal_was_told_is_given_back_and_never_announced()
    {
        var attempt = Some.Attempt(PaymentState.Failed);

        PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Authorized), Some.Now).Events.ShouldBeEmpty();

        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Cancel);
        PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Voided), Some.Now).Events.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2000, "EUR")]
    [InlineData(1998, "EUR")]
    [InlineData(1999, "USD")]
    public void Another_amount_is_given_back_and_declined_but_never_confirmed(long minor, string currency)
    {
        var attempt = Some.Attempt();

        PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Authorized, new(minor, currency)), Some.Now).Events.ShouldBeEmpty();

        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Cancel);
        PaymentReducer.AnswerToAuthorize(attempt).ShouldBeNull();
        var end = PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Voided), Some.Now);
        end.Events.ShouldHaveSingleItem().ShouldBe(new PaymentDeclined(attempt.Id, PaymentCodes.AmountMismatch));
    }

    [Fact]
    public void Another_amount_in_a_webhook_is_asked_about_before_it_is_booked()
    {
        var attempt = Some.Attempt(PaymentState.Authorized, PaymentGoal.Capture);

        var reduction = PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Captured, new(2000, "EUR")).Heard(), Some.Now);

        reduction.ShouldBe(Reduction.Nothing);
        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Retrieve);
        var asked = PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Captured), Some.Now);
        asked.Events.ShouldBeEmpty();
        asked.Postings.Sum(p => p.DebitMinor).ShouldBe(1999);
        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Refund);
        PaymentReducer
            .Reduce(attempt, Some.Report(PaymentState.Refunded), Some.Now)
            .Events.ShouldHaveSingleItem()
            .ShouldBe(new PaymentCaptureFailed(attempt.Id, PaymentCodes.Declined));
    }

    [Fact]
    public void A_payment_voided_while_unknown_is_given_back_once_it_is_found()
    {
        var attempt = Some.Attempt(PaymentState.Unknown);
        attempt.Goal = PaymentGoal.Void;

        PaymentReducer.AnswerToVoid(attempt).ShouldBeNull();
        PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Authorized), Some.Now).Events.ShouldBeEmpty();
        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Cancel);
        PaymentReducer
            .Reduce(attempt, Some.Report(PaymentState.Voided), Some.Now)
            .Events.ShouldHaveSingleItem()
            .ShouldBe(new PaymentVoided(attempt.Id, null));
    }

    [Fact]
    public void A_capture_undone_is_a_refund_of_what_was_taken()
    {
        var attempt = Some.Attempt(PaymentState.Captured, PaymentGoal.Capture);
        attempt.Goal = PaymentGoal.Void;

        PaymentPlan.Next(attempt).ShouldBe(ProviderStep.Refund);
        PaymentReducer
            .Reduce(attempt, Some.Report(PaymentState.Refunded), Some.Now)
            .Events.ShouldHaveSingleItem()
            .ShouldBe(new PaymentVoided(attempt.Id, Some.Price));
    }

    [Fact]
    public void An_authorisation_that_runs_out_at_the_provider_fails_the_capture()
    {
        var attempt = Some.Attempt(PaymentState.Authorized, PaymentGoal.Capture);

        PaymentReducer
            .Reduce(attempt, Some.Report(PaymentState.Voided), Some.Now)
            .Events.ShouldHaveSingleItem()
            .ShouldBe(new PaymentCaptureFailed(attempt.Id, PaymentCodes.AuthorizationLost));
    }

    [Fact]
    public void A_report_of_another_intent_is_not_ours()
    {
        var attempt = Some.Attempt(PaymentState.Authorized);

        var reduction = PaymentReducer.Reduce(attempt, Some.Report(PaymentState.Captured) with { IntentId = "pi_2" }, Some.Now);

        reduction.ShouldBe(Reduction.Nothing);
        attempt.State.ShouldBe(PaymentState.Authorized);
    }

    /// <summary>Any reports, in any order, any number of times.</summary>
    [Fact]
    public void Order_and_number_of_reports_make_no_difference() =>
        Gen.Select(AnyReport.Array[0, 12], AnyGoal, Gen.Int[0, 1_000_000])
            .Sample(
                (reports, goal, seed) =>
                {
                    var shuffled = reports.Concat(reports).ToArray();
                    new Random(seed).Shuffle(shuffled);
                    var (straight, mixed) = (Play(goal, reports), Play(goal, shuffled));
                    straight.State.ShouldBe(mixed.State);
                    // What was told binds: after a refusal was told, money that turns up is given back. The state is the same.
                    if (!reports.Contains(PaymentState.Failed) && !reports.Contains(PaymentState.Voided))
                        straight.Next.ShouldBe(mixed.Next);
                },
                iter: 20_000
            );

    /// <summary>However reports come: each posting once, debits equal credits, no more back than taken, and nobody is told two stories.</summary>
    [Fact]
    public void Whatever_is_told_the_books_balance_and_the_story_holds() =>
        Gen.Select(Gen.Select(AnyReport, Gen.Bool, Gen.Bool).Array[0, 15], AnyGoal, Gen.Int[0, 15])
            .Sample(
                (reports, goal, when) =>
                {
                    var attempt = Some.Attempt();
                    var (events, postings) = (new List<IIntegrationEvent>(), new List<LedgerEntry>());
                    var rank = attempt.State;
                    for (var i = 0; i < reports.Length; i++)
                    {
                        if (i == when && goal > attempt.Goal)
                            attempt.Goal = goal;
                        var (state, wrongAmount, heard) = reports[i];
                        var report = Some.Report(state, wrongAmount ? new(1, "EUR") : null) with { IsHearsay = heard };
                        var reduction = PaymentReducer.Reduce(attempt, report, Some.Now);
                        events.AddRange(reduction.Events);
                        postings.AddRange(reduction.Postings);
                        (attempt.State >= rank).ShouldBeTrue();
                        rank = attempt.State;
                    }
                    postings.Sum(p => p.DebitMinor).ShouldBe(postings.Sum(p => p.CreditMinor));
                    postings.GroupBy(p => (p.Kind, p.Account)).ShouldAllBe(g => g.Count() == 1);
                    if (attempt.Quarantined)
                        attempt.MustUndo.ShouldBeTrue();
                    events.OfType<PaymentAuthorized>().Count().ShouldBeLessThanOrEqualTo(1);
                    events.OfType<PaymentCaptured>().Count().ShouldBeLessThanOrEqualTo(1);
                    var declined = events.FindIndex(e => e is PaymentDeclined or PaymentVoided);
                    var taken = events.FindLastIndex(e => e is PaymentAuthorized or PaymentCaptured or PaymentActionRequired);
                    (declined < 0 || taken < declined).ShouldBeTrue("money was told to be held after it was told not to be");
                },
                iter: 20_000
            );

    private static (PaymentState State, ProviderStep Next) Play(PaymentGoal goal, IEnumerable<PaymentState> reports)
    {
        var attempt = Some.Attempt(goal: goal);
        foreach (var state in reports)
            PaymentReducer.Reduce(attempt, Some.Report(state), Some.Now);
        return (attempt.State, PaymentPlan.Next(attempt));
    }
}
