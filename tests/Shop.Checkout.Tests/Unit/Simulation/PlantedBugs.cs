using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Checkout.Tests.Unit.Simulation;

/// <summary>The saga's decisions, each time with one thing wrong: a check that can't see them proves nothing.</summary>
internal static class PlantedBugs
{
    public static readonly IReadOnlyDictionary<string, Decide> All = new Dictionary<string, Decide>
    {
        ["money is taken before the order is written down"] = After(
            (before, _, d) => Entered(before, d, CheckoutStep.PaymentAuthorized) ? And(d, new CapturePayment(before.Id)) : d
        ),
        ["a payment that succeeds after the end is not voided"] = (c, input, options, now) =>
            c.Step is CheckoutStep.Compensated && input is PaymentAuthorized ? new(c, []) : CheckoutSaga.Decide(c, input, options, now),
        ["stock is given back while the payment is unknown"] = After(
            (before, _, d) => d.Messages.Any(m => m is VoidPayment) ? And(d, new ReleaseReservation(before.Id)) : d
        ),
        ["an order is placed under a new id each time"] = After(
            (_, input, d) =>
                input is Due ? d with { Messages = [.. d.Messages.Select(m => m is PlaceOrder p ? Renamed(p, d.State.Tries) : m)] } : d
        ),
        ["amounts are not compared"] = (c, input, options, now) =>
            CheckoutSaga.Decide(
                c,
                input switch
                {
                    PaymentAuthorized m => m with { Amount = c.Total },
                    PaymentCaptured m => m with { Amount = c.Total },
                    _ => input,
                },
                options,
                now
            ),
        ["the money is not asked back"] = After(
            (before, input, d) =>
                Entered(before, d, CheckoutStep.Compensating) && input is Due or OrderCanceled or ReservationLost
                    ? new(d.State with { PaymentOpen = false }, [new CancelOrder(before.Id, "x"), new ReleaseReservation(before.Id)])
                    : d
        ),
        ["money is taken for stock that is not kept"] = (c, input, options, now) =>
            CheckoutSaga.Decide(input is OrderPlaced ? c with { StockCommitted = true } : c, input, options, now),
        ["silence after the capture counts as a refusal"] = (c, input, options, now) =>
            CheckoutSaga.Decide(
                c,
                input is Due && c is { Step: CheckoutStep.OrderPlaced, Tries: > 0 } && c.WakeAt <= now
                    ? new PaymentVoided(c.Id, null)
                    : input,
                options,
                now
            ),
        ["the order is confirmed while the money is being taken"] = After(
            (before, _, d) => Entered(before, d, CheckoutStep.OrderPlaced) ? And(d, new ConfirmOrder(before.Id)) : d
        ),
        ["a step asked again gets no timer"] = After(
            (_, input, d) => input is Due && d.State.Tries > 0 ? d with { State = d.State with { WakeAt = null } } : d
        ),
        ["a lost reservation is ignored"] = (c, input, options, now) =>
            CheckoutSaga.Decide(c, input is ReservationLost ? new ReservationCommitted(c.Id) : input, options, now),
        ["a cancellation by the shopper is ignored"] = (c, input, options, now) =>
            input is OrderCanceled && (c.StuckAt ?? c.Step) is CheckoutStep.Captured or CheckoutStep.OrderPlaced
                ? new(c, [])
                : CheckoutSaga.Decide(c, input, options, now),
        ["money is asked for before the promotion is redeemed"] = (c, input, options, now) =>
            CheckoutSaga.Decide(input is StockReserved ? c with { PromotionsRedeemed = c.PromotionsOpen } : c, input, options, now),
        ["a refused promotion is ignored"] = (c, input, options, now) =>
            CheckoutSaga.Decide(c, input is PromotionsRejected ? new PromotionsRedeemed(c.Id) : input, options, now),
        ["a promotion is not given back"] = After(
            (_, _, d) =>
                d.Messages.Any(m => m is ReturnPromotions)
                    ? new(d.State with { PromotionsOpen = false }, [.. d.Messages.Where(m => m is not ReturnPromotions)])
                    : d
        ),
        ["a promotion is given back while the payment is unknown"] = After(
            (before, _, d) => d.Messages.Any(m => m is VoidPayment) ? And(d, new ReturnPromotions(before.Id)) : d
        ),
    };

    private static Decide After(Func<CheckoutState, object, Decision, Decision> spoil) =>
        (c, input, options, now) => spoil(c, input, CheckoutSaga.Decide(c, input, options, now));

    private static bool Entered(CheckoutState before, Decision d, CheckoutStep step) => before.Step != step && d.State.Step == step;

    private static Decision And(Decision d, IMessage message) => d with { Messages = [.. d.Messages, message] };

    private static PlaceOrder Renamed(PlaceOrder p, int tries) =>
        p with
        {
            OrderId = new Guid(tries, 7, 7, p.CheckoutId.ToByteArray()[..8]),
        };
}
