using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Checkout.Contracts;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Checkout.Tests.Unit.Simulation;

/// <summary>The saga's decisions, or a version of them with a planted bug.</summary>
internal delegate Decision Decide(CheckoutState state, object input, CheckoutOptions options, DateTimeOffset now);

/// <summary>An invariant that did not hold.</summary>
internal sealed class ViolationException(string what) : Exception(what);

/// <summary>
/// A small shop with a queue, a clock and all chance of its own: three shoppers at two pieces of one thing, two of them with a code that one
/// purchase may use. Messages come in any order, more
/// than once, and late; handlers die before their commit; the provider's answers get lost; shoppers cancel, come back late or never; holds
/// expire. Then everything heals, and the invariants of reliability are checked.
/// </summary>
internal sealed class World
{
    private const int Shoppers = 3;
    private const string Sku = "TENT-2P";
    private static readonly Guid Promotion = new(7, 7, 7, new byte[8]);

    private static readonly CheckoutOptions Options = new()
    {
        HoldSeconds = 600,
        AuthenticationSeconds = 60,
        StepSeconds = 5,
        LongestStepSeconds = 20,
        MaxTries = 3,
    };

    private readonly Decide _decide;
    private readonly List<IMessage> _flying = [];
    private readonly List<Guid> _ids = [.. Enumerable.Range(1, Shoppers).Select(i => new Guid(i, 0, 0, new byte[8]))];
    private DateTimeOffset _now = Purchases.Start;

    public readonly Choices Choices;
    public readonly ModelInventory Inventory;
    public readonly ModelPayments Payments;
    public readonly ModelOrders Orders;
    public readonly ModelCarts Carts;
    public readonly Dictionary<Guid, CheckoutState> Checkouts = [];
    public readonly Dictionary<Guid, int> Failures = [];
    public int LateSuccesses;
    public int CallsForHelp;

    public World(byte[] choices, Decide decide)
    {
        _decide = decide;
        Choices = new(choices);
        (Inventory, Payments, Orders, Carts) = (new(this), new(this), new(this), new(this));
        (Inventory.OnHand[Sku], Inventory.Reserved[Sku]) = (2, 0);
        foreach (var id in _ids)
        {
            // The last shopper buys at the full price.
            var purchase = Purchases.New(id, _now, (Sku, 1)) with
            {
                LimitedPromotions = id == _ids[^1] ? [] : [Promotion],
            };
            var (first, messages) = CheckoutSaga.Start(purchase, Options, _now);
            Checkouts[id] = first;
            foreach (var message in messages)
                Send(message);
        }
    }

    public void Send(IMessage message)
    {
        if (message is CheckoutFailed failed)
            Failures[failed.CheckoutId] = Failures.GetValueOrDefault(failed.CheckoutId) + 1;
        else if (message is not CheckoutStarted)
            _flying.Add(message);
    }

    public void Violation(string what) => throw new ViolationException(what);

    /// <summary>Runs the schedule, heals, and checks.</summary>
    /// <exception cref="ViolationException">An invariant did not hold.</exception>
    public void Run()
    {
        while (!Choices.Exhausted)
            Step();
        Choices.Heal();
        Quiesce();
        _ids.ForEach(Payments.ChangeMind);
        Quiesce();
        foreach (var id in _ids)
            CheckEnd(Checkouts[id]);
    }

    private void Step()
    {
        var id = _ids[Choices.Below(Shoppers)];
        switch (Choices.Below(24))
        {
            case < 15:
                DeliverAny();
                break;
            case 15 or 16 or 17:
                _now += TimeSpan.FromSeconds(1 + Choices.Below(30));
                WakeAll();
                break;
            case 18:
                Payments.Authenticate(id);
                break;
            case 19:
                Payments.Resolve(id);
                break;
            case 20:
                Payments.Repeat(id);
                break;
            case 21:
                Orders.CancelByCustomer(id);
                break;
            case 22:
                Inventory.Expire(id);
                break;
            default:
                if (Choices.OneIn(2))
                    Payments.ChangeMind(id);
                else
                    Payments.VoidByStaff(id);
                break;
        }
        CheckStock();
    }

    private void DeliverAny()
    {
        if (_flying.Count == 0)
            return;
        var at = Choices.Below(Math.Min(_flying.Count, 256));
        var message = _flying[at];
        switch (Choices.Below(8))
        {
            case 6: // handled, and delivered again later: a crash after the commit, or a second delivery
                Deliver(message);
                break;
            case 7: // a crash before the commit: nothing happened, it comes again
                break;
            default:
                _flying.RemoveAt(at);
                Deliver(message);
                break;
        }
    }

    private void Deliver(IMessage message)
    {
        switch (message)
        {
            case ReserveStock m:
                Inventory.Receive(m);
                break;
            case CommitReservation m:
                Inventory.Receive(m);
                break;
            case ReleaseReservation m:
                Inventory.Receive(m);
                break;
            case RedeemPromotions m:
                Carts.Receive(m);
                break;
            case ReturnPromotions m:
                Carts.Receive(m);
                break;
            case AuthorizePayment m:
                Payments.Receive(m);
                break;
            case CapturePayment m:
                Payments.Receive(m);
                break;
            case VoidPayment m:
                Payments.Receive(m);
                break;
            case PlaceOrder m:
                Orders.Receive(m);
                break;
            case ConfirmOrder m:
                Orders.Receive(m);
                break;
            case CancelOrder m:
                Orders.Receive(m);
                break;
            default:
                Tell(CheckoutOf(message), message);
                break;
        }
    }

    private static Guid CheckoutOf(IMessage answer) =>
        answer switch
        {
            StockReserved m => m.ReservationId,
            StockRejected m => m.ReservationId,
            ReservationCommitted m => m.ReservationId,
            ReservationLost m => m.ReservationId,
            ReservationReleased m => m.ReservationId,
            PromotionsRedeemed m => m.RedemptionId,
            PromotionsRejected m => m.RedemptionId,
            PromotionsReturned m => m.RedemptionId,
            PaymentAuthorized m => m.PaymentId,
            PaymentActionRequired m => m.PaymentId,
            PaymentDeclined m => m.PaymentId,
            PaymentCaptured m => m.PaymentId,
            PaymentCaptureFailed m => m.PaymentId,
            PaymentVoided m => m.PaymentId,
            OrderPlaced m => m.OrderId,
            OrderConfirmed m => m.OrderId,
            OrderCanceled m => m.OrderId,
            _ => throw new InvalidOperationException($"Nobody receives {answer.GetType().Name}"),
        };

    private void Tell(Guid id, object input)
    {
        if (!Checkouts.TryGetValue(id, out var before))
            return;
        var (next, messages) = _decide(before, input, Options, _now);
        Checkouts[id] = next;
        foreach (var message in messages)
            Send(message);
        if (ReferenceEquals(next, before))
            return;
        if (next.Step is CheckoutStep.NeedsAttention && before.Step is not CheckoutStep.NeedsAttention)
            CallsForHelp++;
        if (!next.IsOver && next.WakeAt is null)
            Violation($"I12: {next.Step} without a timer");
    }

    private void WakeAll()
    {
        foreach (var id in _ids.Where(id => Checkouts[id].WakeAt <= _now))
            Tell(id, new Due());
    }

    private void Quiesce()
    {
        for (var round = 0; round < 200; round++)
        {
            var patience = 1_000;
            for (; _flying.Count > 0; patience--)
            {
                if (patience == 0)
                    Violation("messages beget messages without end");
                var message = _flying[0];
                _flying.RemoveAt(0);
                Deliver(message);
            }
            _ids.ForEach(Payments.Resolve);
            CheckStock();
            if (_flying.Count > 0)
                continue;
            if (Checkouts.Values.Min(c => c.WakeAt) is not { } wake)
                return;
            _now = wake > _now ? wake : _now;
            WakeAll();
        }
        Violation("I8: no end after everything healed");
    }

    private void CheckStock()
    {
        if (Inventory.Reserved[Sku] < 0 || Inventory.Reserved[Sku] > Inventory.OnHand[Sku])
            Violation("I4: reserved is below zero or above what is on hand");
        if (Carts.Used > ModelCarts.Limit)
            Violation("a promotion was used more often than its limit");
    }

    private void CheckEnd(CheckoutState c)
    {
        var money = Payments.Provider(c.Id);
        var orders = Orders.Rows.Where(o => o.Value.CheckoutId == c.Id).ToList();
        var confirmed = orders.Count(o => o.Value.Status is ModelOrders.Status.Confirmed);
        var stock = Inventory.Holds.GetValueOrDefault(c.Id, ModelInventory.Hold.Released);
        Check(c.IsOver, $"I8: ended as {c.Step}");
        Check(c.WakeAt is null, "I12: over, but with a timer");
        Check(orders.Count <= 1, "I6: two orders of one purchase");
        Check(confirmed == 0 || money.Captured, "I1: a confirmed order without captured money");
        Check(!money.HoldsMoney || confirmed == 1, "I2: money is kept without a confirmed order");
        Check(money.Captures <= 1, "I3: captured twice");
        Check(!money.Captured || money.Amount == c.Total, "I3: captured another amount");
        Check(stock is not ModelInventory.Hold.Held, "I5: a hold was leaked");
        if (c.Step is CheckoutStep.Completed)
        {
            Check(confirmed == 1, "a completed purchase without an order");
            Check(stock is ModelInventory.Hold.Committed, "I5: sold what is not kept for the order");
            Check(!Failures.ContainsKey(c.Id), "a completed purchase was announced as failed");
            Check(
                c.LimitedPromotions.Length == 0 || Carts.Uses.GetValueOrDefault(c.Id, ModelCarts.Use.Returned) is ModelCarts.Use.Taken,
                "sold at a price whose promotion was not redeemed"
            );
        }
        else
        {
            Check(orders.TrueForAll(o => o.Value.Status is ModelOrders.Status.Canceled), "a failed purchase left an order standing");
            Check(stock is not ModelInventory.Hold.Committed, "I5: a failed purchase keeps stock");
            Check(
                Carts.Uses.GetValueOrDefault(c.Id, ModelCarts.Use.Returned) is ModelCarts.Use.Returned,
                "a failed purchase keeps its promotion"
            );
            Check(Failures.GetValueOrDefault(c.Id) == 1, "a failure is announced once");
        }
    }

    private void Check(bool holds, string what)
    {
        if (!holds)
            Violation(what);
    }
}
