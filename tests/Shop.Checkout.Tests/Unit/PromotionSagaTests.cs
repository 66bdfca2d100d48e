using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Checkout.Contracts;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;
using static Shop.Checkout.Tests.Unit.Purchases;

namespace Shop.Checkout.Tests.Unit;

public class PromotionSagaTests
{
    private static readonly CheckoutOptions Options = new();
    private static readonly Guid Promotion = Guid.CreateVersion7();

    [Fact]
    public void A_purchase_without_limited_promotions_takes_no_step_more()
    {
        var (state, messages) = CheckoutSaga.Start(New(Guid.CreateVersion7()), Options, Start);
        Names(messages).ShouldBe([nameof(ReserveStock), nameof(CheckoutStarted)]);
        Names(Decide(state, new StockReserved(state.Id)).Messages).ShouldBe([nameof(AuthorizePayment)]);
    }

    [Fact]
    public void Limited_promotions_are_redeemed_while_the_stock_is_held()
    {
        var started = Started();
        Names(started.Messages).ShouldBe([nameof(ReserveStock), nameof(RedeemPromotions), nameof(CheckoutStarted)]);
        started.Messages.OfType<RedeemPromotions>().Single().PromotionIds.ShouldBe([Promotion]);
    }

    [Fact]
    public void Money_is_asked_for_only_when_stock_and_promotions_are_the_purchases()
    {
        var started = Started().State;
        var held = Decide(started, new StockReserved(started.Id));
        held.Messages.ShouldBeEmpty();
        Names(Decide(held.State, new PromotionsRedeemed(started.Id)).Messages).ShouldBe([nameof(AuthorizePayment)]);

        var redeemed = Decide(started, new PromotionsRedeemed(started.Id));
        redeemed.Messages.ShouldBeEmpty();
        Names(Decide(redeemed.State, new StockReserved(started.Id)).Messages).ShouldBe([nameof(AuthorizePayment)]);
    }

    [Fact]
    public void Only_what_is_missing_is_asked_for_again()
    {
        var started = Started().State;
        var later = started.WakeAt!.Value;
        var held = Decide(started, new StockReserved(started.Id)).State;
        var redeemed = Decide(started, new PromotionsRedeemed(started.Id)).State;

        Names(Decide(started, new Due(), later).Messages).ShouldBe([nameof(ReserveStock), nameof(RedeemPromotions)]);
        Names(Decide(held, new Due(), later).Messages).ShouldBe([nameof(RedeemPromotions)]);
        Names(Decide(redeemed, new Due(), later).Messages).ShouldBe([nameof(ReserveStock)]);
    }

    [Fact]
    public void A_used_up_promotion_ends_the_purchase_and_gives_the_stock_back()
    {
        var started = Started().State;
        var refused = Decide(started, new PromotionsRejected(started.Id, "carts.promotion_exhausted"));
        Names(refused.Messages).ShouldBe([nameof(ReleaseReservation)], "no money was asked for, and no promotion taken");

        var over = Decide(refused.State, new ReservationReleased(started.Id));
        over.Messages.ShouldHaveSingleItem().ShouldBeOfType<CheckoutFailed>().Code.ShouldBe("carts.promotion_exhausted");
    }

    [Fact]
    public void Promotions_are_given_back_with_the_stock_and_only_after_the_money()
    {
        var authorized = At(CheckoutStep.PaymentAuthorized) with
        {
            LimitedPromotions = [Promotion],
            PromotionsOpen = true,
            PromotionsRedeemed = true,
        };
        var lost = Decide(authorized, new ReservationLost(authorized.Id, "inventory.hold_expired"));
        Names(lost.Messages).ShouldBe([nameof(VoidPayment)]);

        var voided = Decide(lost.State, new PaymentVoided(authorized.Id, null));
        Names(voided.Messages).ShouldBe([nameof(CancelOrder), nameof(ReleaseReservation), nameof(ReturnPromotions)]);

        var canceled = Decide(voided.State, new OrderCanceled(authorized.Id, "inventory.hold_expired"));
        var released = Decide(canceled.State, new ReservationReleased(authorized.Id));
        released.State.Step.ShouldBe(CheckoutStep.Compensating, "the promotion is not back yet");
        Names(Decide(released.State, new Due(), released.State.WakeAt!.Value).Messages).ShouldBe([nameof(ReturnPromotions)]);

        var over = Decide(released.State, new PromotionsReturned(authorized.Id));
        over.State.Step.ShouldBe(CheckoutStep.Compensated);
        Names(over.Messages).ShouldBe([nameof(CheckoutFailed)]);
    }

    [Fact]
    public void A_promotion_redeemed_after_the_end_goes_back()
    {
        var late = Decide(At(CheckoutStep.Compensated), new PromotionsRedeemed(Guid.Empty));
        Names(late.Messages).ShouldBe([nameof(ReturnPromotions)]);
        late.State.WakeAt.ShouldNotBeNull();
        Decide(late.State, new PromotionsReturned(Guid.Empty)).State.WakeAt.ShouldBeNull();
    }

    private static Decision Started() =>
        CheckoutSaga.Start(New(Guid.CreateVersion7()) with { LimitedPromotions = [Promotion] }, Options, Start);

    private static Decision Decide(CheckoutState state, object input, DateTimeOffset? now = null) =>
        CheckoutSaga.Decide(state, input, Options, now ?? Start);

    private static string[] Names(IEnumerable<IMessage> messages) => [.. messages.Select(m => m.GetType().Name)];
}
