using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Checkout.Contracts;
using Shop.Checkout.Domain;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;
using At = Shop.Checkout.Domain.CheckoutStep;

namespace Shop.Checkout.Saga;

/// <summary>The time a step had is up.</summary>
public sealed record Due;

/// <summary>What becomes of a purchase, and what is said about it.</summary>
/// <param name="State">The next state; the same object when nothing changes.</param>
/// <param name="Messages">Commands to the participants, facts for everybody.</param>
public readonly record struct Decision(CheckoutState State, IReadOnlyList<IMessage> Messages);

/// <summary>
/// The whole story of a purchase. A pure function over (state, input): handlers load the row, ask it, save what it says and send what it
/// sends, all in one transaction. Inputs may come twice, late and in any order; whatever has no line in the table below changes nothing.
/// <para>
/// Forward: hold stock and redeem what is limited, authorise, place the order and commit the stock, capture, confirm. Backward: void or
/// refund the payment, and only when the provider has confirmed that, cancel the order and give stock and promotions back: they stay held
/// while the payment is unknown.
/// Every state but the two ends has a timer. What a step waits for is asked again whenever its time is up (all commands are idempotent);
/// up to the capture a step that stays silent is given up, after it never: the money is either an order's or goes back.
/// </para>
/// </summary>
public static class CheckoutSaga
{
    /// <summary>Where a new purchase begins.</summary>
    public static Decision Start(CheckoutState purchase, CheckoutOptions options, DateTimeOffset now)
    {
        var first = new Moment(options, now).Enter(
            At.Started,
            purchase with
            {
                StockOpen = true,
                PromotionsOpen = purchase.LimitedPromotions.Length > 0,
            }
        );
        return new(first.State, [.. first.Messages, new CheckoutStarted(purchase.Id, purchase.CartId, purchase.Total, now)]);
    }

    /// <summary>What an input means in a state.</summary>
    /// <param name="c">The purchase.</param>
    /// <param name="input">A participant's answer, or <see cref="Due"/>.</param>
    /// <param name="options">How patient to be.</param>
    /// <param name="now">Deadlines are set from here.</param>
    public static Decision Decide(CheckoutState c, object input, CheckoutOptions options, DateTimeOffset now)
    {
        var at = new Moment(options, now);
        return (c.Step, input) switch
        {
            // Whatever stands still takes up its story where it left it, as soon as there is news.
            (At.NeedsAttention, not Due) => Resume(c, input, options, now),

            // The way forward.
            (At.Started, StockReserved) when !c.StockHeld => at.Prepare(c with { StockHeld = true }),
            (At.Started, PromotionsRedeemed) when c.PromotionsOpen && !c.PromotionsRedeemed => at.Prepare(
                c with
                {
                    PromotionsRedeemed = true,
                }
            ),
            (At.StockHeld or At.PaymentPending, PaymentAuthorized m) when m.Amount != c.Total => at.GiveUp(c, "payments.amount_mismatch"),
            (At.StockHeld or At.PaymentPending, PaymentAuthorized) => at.Enter(At.PaymentAuthorized, c with { OrderOpen = true }),
            (At.StockHeld, PaymentActionRequired m) => at.Enter(At.PaymentPending, c with { ActionUrl = m.ActionUrl }),
            (At.PaymentAuthorized, OrderPlaced m) when c.OrderNumber is null => at.Secure(c with { OrderNumber = m.Number }),
            (At.PaymentAuthorized, ReservationCommitted) when !c.StockCommitted => at.Secure(c with { StockCommitted = true }),
            (At.OrderPlaced, PaymentCaptured m) when m.Amount != c.Total => at.GiveUp(c, "payments.amount_mismatch"),
            (At.OrderPlaced, PaymentCaptured) => at.Enter(At.Captured, c),
            (At.Captured, OrderConfirmed) => at.Enter(At.Completed, c),

            // Somebody says no.
            (At.Started, StockRejected m) when !c.StockHeld => at.GiveUp(c with { StockOpen = false }, m.Code),
            // Beyond Started only a process of an earlier version, which waits for no promotions, may have led it.
            (At.Started or At.StockHeld or At.PaymentPending or At.PaymentAuthorized or At.OrderPlaced, PromotionsRejected m)
                when c is { PromotionsOpen: true, PromotionsRedeemed: false } => at.GiveUp(c with { PromotionsOpen = false }, m.Code),
            (At.StockHeld or At.PaymentPending, PaymentDeclined m) => at.GiveUp(c with { PaymentOpen = false }, m.Code),
            (At.PaymentAuthorized, ReservationLost m) => at.GiveUp(c, m.Code),
            (At.PaymentAuthorized or At.OrderPlaced, PaymentCaptureFailed m) => at.GiveUp(c, m.Code),
            (At.PaymentAuthorized or At.OrderPlaced or At.Captured, OrderCanceled m) => at.GiveUp(c with { OrderOpen = false }, m.Reason),
            (At.StockHeld or At.PaymentPending or At.PaymentAuthorized or At.OrderPlaced or At.Captured, PaymentVoided) => at.GiveUp(
                c with
                {
                    PaymentOpen = false,
                },
                "payments.voided"
            ),

            // The way back.
            (At.Compensating or At.Compensated, PaymentVoided) when c.PaymentOpen => at.Undo(c with { PaymentOpen = false }),
            (At.Compensating or At.Compensated, OrderCanceled) when c.OrderOpen => at.Undone(c with { OrderOpen = false }),
            (At.Compensating or At.Compensated, ReservationReleased) when c.StockOpen => at.Undone(c with { StockOpen = false }),
            (At.Compensating or At.Compensated, PromotionsReturned) when c.PromotionsOpen => at.Undone(c with { PromotionsOpen = false }),

            // Whatever succeeds after it was given up is undone, again if need be.
            (At.Compensating or At.Compensated, PaymentAuthorized or PaymentCaptured) => at.Reopen(c with { PaymentOpen = true }),
            (At.Compensating or At.Compensated, OrderPlaced) when !c.OrderOpen => at.Reopen(c with { OrderOpen = true }),
            (At.Compensating or At.Compensated, StockReserved or ReservationCommitted) when !c.StockOpen => at.Reopen(
                c with
                {
                    StockOpen = true,
                }
            ),
            (At.Compensating or At.Compensated, PromotionsRedeemed) when !c.PromotionsOpen => at.Reopen(c with { PromotionsOpen = true }),
            // Only a payment voided behind the saga's back leads here: an order that stands without money is for people to judge.
            (At.Compensating, OrderConfirmed) => at.CallForHelp(c),

            // Time is up.
            (_, Due) when c.WakeAt is null || c.WakeAt > now => Nothing(c),
            (At.PaymentPending, Due) => at.GiveUp(c, "checkout.authentication_expired"),
            (At.Started or At.StockHeld or At.PaymentAuthorized, Due) when at.IsTired(c) => at.GiveUp(c, "checkout.timed_out"),
            (At.OrderPlaced or At.Captured or At.Compensating, Due) when at.IsTired(c) => at.AskAgain(at.CallForHelp(c).State),
            (_, Due) => at.AskAgain(c),

            _ => Nothing(c),
        };
    }

    /// <summary>The commands whose answers a state waits for: sent when it is entered, and again each time its time is up.</summary>
    private static IEnumerable<IMessage> Asks(CheckoutState c, CheckoutOptions options)
    {
        switch (c.StuckAt ?? c.Step)
        {
            case At.Started:
                if (!c.StockHeld)
                    yield return new ReserveStock(c.Id, [.. c.Lines.Select(l => new StockLine(l.Sku, l.Quantity))], options.HoldSeconds);
                if (c is { PromotionsOpen: true, PromotionsRedeemed: false })
                    yield return new RedeemPromotions(c.Id, c.LimitedPromotions, c.CustomerId, c.Email);
                break;
            case At.StockHeld:
                yield return new AuthorizePayment(c.Id, c.Id, c.Total, c.PaymentMethod);
                break;
            case At.PaymentAuthorized:
                if (c.OrderNumber is null)
                    yield return PlaceOrder(c);
                if (!c.StockCommitted)
                    yield return new CommitReservation(c.Id);
                break;
            case At.OrderPlaced:
                yield return new CapturePayment(c.Id);
                break;
            case At.Captured:
                yield return new ConfirmOrder(c.Id);
                break;
            case At.Compensating or At.Compensated when c.PaymentOpen:
                yield return new VoidPayment(c.Id);
                break;
            case At.Compensating or At.Compensated:
                if (c.OrderOpen)
                    yield return new CancelOrder(c.Id, c.FailureCode!);
                if (c.StockOpen)
                    yield return new ReleaseReservation(c.Id);
                if (c.PromotionsOpen)
                    yield return new ReturnPromotions(c.Id);
                break;
        }
    }

    private static PlaceOrder PlaceOrder(CheckoutState c) =>
        new(
            OrderId: c.Id,
            CheckoutId: c.Id,
            c.CartId,
            c.CustomerId,
            c.Email,
            c.ShippingAddress,
            c.BillingAddress,
            c.Lines,
            c.Totals,
            c.ShippingMethod,
            PaymentId: c.Id,
            c.Promotions
        );

    private static Decision Resume(CheckoutState c, object input, CheckoutOptions options, DateTimeOffset now)
    {
        var stuck = c with { Step = c.StuckAt!.Value, StuckAt = null };
        var next = Decide(stuck, input, options, now);
        return ReferenceEquals(next.State, stuck) ? Nothing(c) : next;
    }

    private static Decision Nothing(CheckoutState c) => new(c, []);

    /// <summary>The moves the table is made of.</summary>
    private readonly struct Moment(CheckoutOptions options, DateTimeOffset now)
    {
        private static readonly TimeSpan Commit = TimeSpan.FromMilliseconds(200);

        public bool IsTired(CheckoutState c) => c.Tries >= options.MaxTries;

        public Decision Enter(CheckoutStep step, CheckoutState c)
        {
            var next = c with { Step = step, StuckAt = null, Tries = 0 };
            return Ask(next with { WakeAt = step is At.Completed ? null : now + Patience(next) });
        }

        /// <summary>Money is asked for only when the stock is held and the promotions are the purchase's.</summary>
        public Decision Prepare(CheckoutState c) =>
            c.StockHeld && c.PromotionsRedeemed == c.PromotionsOpen ? Enter(At.StockHeld, c with { PaymentOpen = true }) : new(c, []);

        /// <summary>Money is taken only when both are safe: the order's row and its stock.</summary>
        public Decision Secure(CheckoutState c) =>
            c is { OrderNumber: not null, StockCommitted: true } ? Enter(At.OrderPlaced, c) : new(c, []);

        public Decision GiveUp(CheckoutState c, string code) => Undo(c with { Step = At.Compensating, FailureCode = code });

        /// <summary>Asks for everything that may be undone now, if there is anything.</summary>
        public Decision Undo(CheckoutState c) => IsClean(c) ? End(c) : Enter(c.Step, c);

        /// <summary>One thing less to wait for.</summary>
        public Decision Undone(CheckoutState c) => IsClean(c) ? End(c) : new(c, []);

        public Decision Reopen(CheckoutState c) => Enter(c.Step, c);

        public Decision CallForHelp(CheckoutState c) =>
            new(c with { Step = At.NeedsAttention, StuckAt = c.Step, WakeAt = now + TimeSpan.FromSeconds(options.LongestStepSeconds) }, []);

        public Decision AskAgain(CheckoutState c)
        {
            var next = c with { Tries = c.Tries + 1 };
            return Ask(next with { WakeAt = now + Patience(next) });
        }

        private Decision End(CheckoutState c)
        {
            var ended = c with { Step = At.Compensated, Tries = 0, WakeAt = null };
            return c.Step is At.Compensated
                ? new(ended, [])
                : new(ended, [new CheckoutFailed(c.Id, c.CartId, c.Email, c.FailureCode!, now, IsAnswerOpen(c))]);
        }

        // The answer is given before its time when the payer has to authenticate, and the end is heard only after the commit.
        private bool IsAnswerOpen(CheckoutState c) =>
            c.ActionUrl is null && now - c.CreatedAt + Commit < TimeSpan.FromMilliseconds(options.AnswerMilliseconds);

        private static bool IsClean(CheckoutState c) =>
            c is { PaymentOpen: false, OrderOpen: false, StockOpen: false, PromotionsOpen: false };

        private Decision Ask(CheckoutState c) => new(c, [.. Asks(c, options)]);

        private TimeSpan Patience(CheckoutState c) =>
            c.Step is At.PaymentPending ? TimeSpan.FromSeconds(options.AuthenticationSeconds) : options.Patience(c.Tries);
    }
}
