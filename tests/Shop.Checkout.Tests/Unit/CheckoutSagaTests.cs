using Shop.BuildingBlocks.Contracts;
using Shop.Checkout.Contracts;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;
using static Shop.Checkout.Tests.Unit.Purchases;

namespace Shop.Checkout.Tests.Unit;

public class CheckoutSagaTests
{
    // Every pair of state and input that changes anything, from a purchase to which all went well so far; all others must change nothing.
    private const string Table = """
        started            StockReserved         stock_held          AuthorizePayment
        started            StockRejected         compensated         CheckoutFailed
        started            Due                   started             ReserveStock
        stock_held         PaymentAuthorized     payment_authorized  PlaceOrder CommitReservation
        stock_held         PaymentActionRequired payment_pending
        stock_held         PaymentDeclined       compensating        ReleaseReservation
        stock_held         PaymentVoided         compensating        ReleaseReservation
        stock_held         Due                   stock_held          AuthorizePayment
        payment_pending    PaymentAuthorized     payment_authorized  PlaceOrder CommitReservation
        payment_pending    PaymentDeclined       compensating        ReleaseReservation
        payment_pending    PaymentVoided         compensating        ReleaseReservation
        payment_pending    Due                   compensating        VoidPayment
        payment_authorized OrderPlaced           payment_authorized
        payment_authorized ReservationCommitted  payment_authorized
        payment_authorized ReservationLost       compensating        VoidPayment
        payment_authorized OrderCanceled         compensating        VoidPayment
        payment_authorized PaymentCaptureFailed  compensating        VoidPayment
        payment_authorized PaymentVoided         compensating        CancelOrder ReleaseReservation
        payment_authorized Due                   payment_authorized  PlaceOrder CommitReservation
        order_placed       PaymentCaptured       captured            ConfirmOrder
        order_placed       PaymentCaptureFailed  compensating        VoidPayment
        order_placed       OrderCanceled         compensating        VoidPayment
        order_placed       PaymentVoided         compensating        CancelOrder ReleaseReservation
        order_placed       Due                   order_placed        CapturePayment
        captured           OrderConfirmed        completed
        captured           OrderCanceled         compensating        VoidPayment
        captured           PaymentVoided         compensating        CancelOrder ReleaseReservation
        captured           Due                   captured            ConfirmOrder
        compensating       PaymentVoided         compensating        CancelOrder ReleaseReservation
        compensating       OrderCanceled         compensating
        compensating       ReservationReleased   compensating
        compensating       PaymentAuthorized     compensating        VoidPayment
        compensating       PaymentCaptured       compensating        VoidPayment
        compensating       OrderConfirmed        needs_attention
        compensating       Due                   compensating        VoidPayment
        compensated        PaymentAuthorized     compensated         VoidPayment
        compensated        PaymentCaptured       compensated         VoidPayment
        compensated        StockReserved         compensated         ReleaseReservation
        compensated        ReservationCommitted  compensated         ReleaseReservation
        compensating       PromotionsRedeemed    compensating        VoidPayment
        compensated        OrderPlaced           compensated         CancelOrder
        compensated        PromotionsRedeemed    compensated         ReturnPromotions
        needs_attention    PaymentCaptured       captured            ConfirmOrder
        needs_attention    PaymentCaptureFailed  compensating        VoidPayment
        needs_attention    OrderCanceled         compensating        VoidPayment
        needs_attention    PaymentVoided         compensating        CancelOrder ReleaseReservation
        needs_attention    Due                   needs_attention     CapturePayment
        """;

    private static readonly CheckoutOptions Options = new();

    public static TheoryData<CheckoutStep> Steps => [.. Enum.GetValues<CheckoutStep>()];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_input_is_answered_in_every_state(CheckoutStep step)
    {
        var rows = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var expected = rows.Where(row => row[0] == step.Name()).ToDictionary(row => row[1], row => row[2..]);
        var purchase = At(step);
        foreach (var input in Answers.To(purchase))
        {
            var (next, messages) = CheckoutSaga.Decide(purchase, input, Options, Start);
            var what = $"{step.Name()} × {input.GetType().Name}";
            if (expected.Remove(input.GetType().Name, out var cells))
            {
                string[] actual = [next.Step.Name(), .. messages.Select(m => m.GetType().Name)];
                actual.ShouldBe(cells, what);
                next.ShouldNotBeSameAs(purchase, what);
            }
            else
            {
                next.ShouldBeSameAs(purchase, what);
                messages.ShouldBeEmpty(what);
            }
            (next.IsOver || next.WakeAt is not null).ShouldBeTrue($"{what} leaves no timer");
        }
        expected.ShouldBeEmpty();
    }

    [Fact]
    public void A_purchase_that_goes_well_takes_six_answers()
    {
        var story = Tell(
            c => new StockReserved(c.Id),
            c => new PaymentAuthorized(c.Id, c.Total),
            c => new OrderPlaced(c.Id, "S-7"),
            c => new ReservationCommitted(c.Id),
            c => new PaymentCaptured(c.Id, c.Total),
            c => new OrderConfirmed(c.Id, "S-7", c.Id, c.CartId, null, c.Email, c.Lines, c.Totals, Start)
        );
        story.Last.Step.ShouldBe(CheckoutStep.Completed);
        story.Last.OrderNumber.ShouldBe("S-7");
        story.Last.WakeAt.ShouldBeNull();
        Names(story.Sent)
            .ShouldBe([
                nameof(ReserveStock),
                nameof(CheckoutStarted),
                nameof(AuthorizePayment),
                nameof(PlaceOrder),
                nameof(CommitReservation),
                nameof(CapturePayment),
                nameof(ConfirmOrder),
            ]);
    }

    [Fact]
    public void Money_is_taken_only_when_both_order_and_stock_are_safe()
    {
        var authorized = At(CheckoutStep.PaymentAuthorized);
        var ordered = Decide(authorized, new OrderPlaced(authorized.Id, "S-7"));
        ordered.Messages.ShouldBeEmpty();
        Names(Decide(ordered.State, new ReservationCommitted(authorized.Id)).Messages).ShouldBe([nameof(CapturePayment)]);

        var committed = Decide(authorized, new ReservationCommitted(authorized.Id));
        committed.Messages.ShouldBeEmpty();
        Names(Decide(committed.State, new OrderPlaced(authorized.Id, "S-7")).Messages).ShouldBe([nameof(CapturePayment)]);
    }

    [Fact]
    public void Only_what_is_missing_is_asked_for_again()
    {
        var authorized = At(CheckoutStep.PaymentAuthorized);
        var ordered = Decide(authorized, new OrderPlaced(authorized.Id, "S-7")).State;
        Names(Decide(ordered, new Due()).Messages).ShouldBe([nameof(CommitReservation)]);
    }

    [Theory]
    [InlineData(CheckoutStep.StockHeld)]
    [InlineData(CheckoutStep.PaymentPending)]
    public void Another_amount_than_the_total_is_never_accepted(CheckoutStep step)
    {
        var purchase = At(step);
        foreach (var amount in new[] { Eur(purchase.Total.Minor - 1), new Money(purchase.Total.Minor, "USD") })
        {
            var next = Decide(purchase, new PaymentAuthorized(purchase.Id, amount));
            next.State.Step.ShouldBe(CheckoutStep.Compensating);
            next.State.FailureCode.ShouldBe("payments.amount_mismatch");
            Names(next.Messages).ShouldBe([nameof(VoidPayment)]);
        }
    }

    [Fact]
    public void Another_amount_taken_than_the_total_goes_back()
    {
        var purchase = At(CheckoutStep.OrderPlaced);
        var next = Decide(purchase, new PaymentCaptured(purchase.Id, Eur(1)));
        next.State.Step.ShouldBe(CheckoutStep.Compensating);
        Names(next.Messages).ShouldBe([nameof(VoidPayment)]);
    }

    [Fact]
    public void Stock_is_given_back_only_after_the_money()
    {
        var pending = Decide(At(CheckoutStep.PaymentPending), new Due());
        Names(pending.Messages).ShouldBe([nameof(VoidPayment)]);
        pending.State.FailureCode.ShouldBe("checkout.authentication_expired");

        var voided = Decide(pending.State, new PaymentVoided(pending.State.Id, null));
        Names(voided.Messages).ShouldBe([nameof(ReleaseReservation)]);

        var over = Decide(voided.State, new ReservationReleased(pending.State.Id));
        over.State.Step.ShouldBe(CheckoutStep.Compensated);
        over.Messages.ShouldHaveSingleItem().ShouldBeOfType<CheckoutFailed>().Code.ShouldBe("checkout.authentication_expired");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1_700, true)]
    [InlineData(1_900, false)]
    [InlineData(2_100, false)]
    public void A_failure_is_told_at_once_only_while_the_request_still_waits(int afterMilliseconds, bool toldAtOnce)
    {
        var started = At(CheckoutStep.Started);

        var over = Decide(started, new StockRejected(started.Id, "inventory.out_of_stock", []), Start.AddMilliseconds(afterMilliseconds));

        over.Messages.ShouldHaveSingleItem().ShouldBeOfType<CheckoutFailed>().ToldAtOnce.ShouldBe(toldAtOnce);
    }

    [Fact]
    public void A_decline_after_the_payer_was_sent_to_authenticate_is_not_told_at_once()
    {
        var declined = Decide(At(CheckoutStep.PaymentPending), new PaymentDeclined(Guid.Empty, "payments.declined"), Start);

        var over = Decide(declined.State, new ReservationReleased(declined.State.Id), Start);

        over.Messages.ShouldHaveSingleItem().ShouldBeOfType<CheckoutFailed>().ToldAtOnce.ShouldBeFalse("the request was answered with 202");
    }

    [Fact]
    public void Money_that_comes_after_the_end_is_sent_back_and_asked_about_until_it_is_gone()
    {
        var late = Decide(At(CheckoutStep.Compensated), new PaymentAuthorized(Guid.Empty, Eur(1)));
        late.State.WakeAt.ShouldNotBeNull();
        Names(Decide(late.State, new Due(), late.State.WakeAt!.Value).Messages).ShouldBe([nameof(VoidPayment)]);

        var gone = Decide(late.State, new PaymentVoided(Guid.Empty, null));
        gone.State.Step.ShouldBe(CheckoutStep.Compensated);
        gone.State.WakeAt.ShouldBeNull();
        gone.Messages.ShouldBeEmpty("the failure was announced before");
    }

    [Theory]
    [InlineData(CheckoutStep.Started, CheckoutStep.Compensating)]
    [InlineData(CheckoutStep.StockHeld, CheckoutStep.Compensating)]
    [InlineData(CheckoutStep.PaymentAuthorized, CheckoutStep.Compensating)]
    [InlineData(CheckoutStep.OrderPlaced, CheckoutStep.NeedsAttention)]
    [InlineData(CheckoutStep.Captured, CheckoutStep.NeedsAttention)]
    [InlineData(CheckoutStep.Compensating, CheckoutStep.NeedsAttention)]
    public void Silence_is_asked_again_at_growing_intervals_and_then_has_consequences(CheckoutStep step, CheckoutStep consequence)
    {
        var purchase = At(step);
        var (asked, now) = (new List<double>(), Start);
        while (purchase.Step == step)
        {
            var next = Decide(purchase, new Due(), now);
            next.Messages.ShouldNotBeEmpty();
            purchase = next.State;
            asked.Add((purchase.WakeAt!.Value - now).TotalSeconds);
            now = purchase.WakeAt.Value;
        }
        purchase.Step.ShouldBe(consequence);
        asked.Count.ShouldBe(Options.MaxTries + 1);
        asked[..4].ShouldBe([10, 20, 30, 30]);
        Decide(purchase, new Due(), now).Messages.ShouldNotBeEmpty("it goes on asking");
    }

    [Fact]
    public void A_timer_that_is_early_changes_nothing()
    {
        var purchase = At(CheckoutStep.StockHeld);
        Decide(purchase, new Due(), Start.AddSeconds(-1)).State.ShouldBeSameAs(purchase);
    }

    [Fact]
    public void An_order_that_stands_without_money_is_shown_to_staff_and_not_asked_about_in_circles()
    {
        var compensating = At(CheckoutStep.Compensating) with { PaymentOpen = false };
        var confirmed = new OrderConfirmed(
            compensating.Id,
            "S-7",
            compensating.Id,
            compensating.CartId,
            null,
            "a@b.c",
            [],
            compensating.Totals,
            Start
        );
        var stuck = Decide(compensating, confirmed);
        stuck.State.Step.ShouldBe(CheckoutStep.NeedsAttention);
        stuck.Messages.ShouldBeEmpty();
        Decide(stuck.State, confirmed).Messages.ShouldBeEmpty();
    }

    private static Decision Decide(CheckoutState state, object input, DateTimeOffset? now = null) =>
        CheckoutSaga.Decide(state, input, Options, now ?? Start);

    private static string[] Names(IEnumerable<IMessage> messages) => [.. messages.Select(m => m.GetType().Name)];

    private static (CheckoutState Last, List<IMessage> Sent) Tell(params Func<CheckoutState, object>[] answers)
    {
        var (state, messages) = CheckoutSaga.Start(New(Guid.CreateVersion7()), Options, Start);
        var sent = messages.ToList();
        foreach (var answer in answers)
        {
            (state, messages) = Decide(state, answer(state));
            sent.AddRange(messages);
        }
        return (state, sent);
    }
}
