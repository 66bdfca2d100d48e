using Shop.Carts.Contracts;
using Shop.Checkout.Contracts;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;
using Shop.Checkout.Tests.Unit;
using Shop.Inventory.Contracts;
using Shop.Orders.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Checkout.Tests.Slices;

/// <summary>
/// Each answer, delivered twice at once and then again, takes effect once: on PostgreSQL, with the handlers' own transactions. The
/// participants don't take part: what a handler sends is looked at and not sent.
/// </summary>
public class RedeliveryTests(CheckoutShop shop)
{
    [Fact]
    [RedeliveryOf<StockReservedHandler>(typeof(StockReserved))]
    public Task Redelivered_hold_authorises_once() =>
        TakesEffectOnce(
            CheckoutStep.Started,
            c => new StockReserved(c.Id),
            StockReservedHandler.Handle,
            CheckoutStep.StockHeld,
            typeof(AuthorizePayment)
        );

    [Fact]
    [RedeliveryOf<StockRejectedHandler>(typeof(StockRejected))]
    public Task Redelivered_refusal_of_stock_fails_once() =>
        TakesEffectOnce(
            CheckoutStep.Started,
            c => new StockRejected(c.Id, "inventory.out_of_stock", []),
            StockRejectedHandler.Handle,
            CheckoutStep.Compensated,
            typeof(CheckoutFailed)
        );

    [Fact]
    [RedeliveryOf<PromotionsRedeemedHandler>(typeof(PromotionsRedeemed))]
    public Task Redelivered_redemption_authorises_once() =>
        TakesEffectOnce(
            At(CheckoutStep.Started) with
            {
                StockHeld = true,
                PromotionsOpen = true,
            },
            c => new PromotionsRedeemed(c.Id),
            PromotionsRedeemedHandler.Handle,
            CheckoutStep.StockHeld,
            typeof(AuthorizePayment)
        );

    [Fact]
    [RedeliveryOf<PromotionsRejectedHandler>(typeof(PromotionsRejected))]
    public Task Redelivered_refusal_of_promotions_releases_once() =>
        TakesEffectOnce(
            At(CheckoutStep.Started) with
            {
                PromotionsOpen = true,
            },
            c => new PromotionsRejected(c.Id, "carts.promotion_exhausted"),
            PromotionsRejectedHandler.Handle,
            CheckoutStep.Compensating,
            typeof(ReleaseReservation)
        );

    [Fact]
    [RedeliveryOf<PromotionsReturnedHandler>(typeof(PromotionsReturned))]
    public Task Redelivered_return_of_promotions_announces_the_failure_once() =>
        TakesEffectOnce(
            At(CheckoutStep.Compensating) with
            {
                PaymentOpen = false,
                OrderOpen = false,
                StockOpen = false,
                PromotionsOpen = true,
            },
            c => new PromotionsReturned(c.Id),
            PromotionsReturnedHandler.Handle,
            CheckoutStep.Compensated,
            typeof(CheckoutFailed)
        );

    [Fact]
    [RedeliveryOf<PaymentAuthorizedHandler>(typeof(PaymentAuthorized))]
    public Task Redelivered_authorisation_places_one_order() =>
        TakesEffectOnce(
            CheckoutStep.StockHeld,
            c => new PaymentAuthorized(c.Id, c.Total),
            PaymentAuthorizedHandler.Handle,
            CheckoutStep.PaymentAuthorized,
            typeof(PlaceOrder),
            typeof(CommitReservation)
        );

    [Fact]
    [RedeliveryOf<PaymentActionRequiredHandler>(typeof(PaymentActionRequired))]
    public Task Redelivered_call_for_authentication_gives_no_second_deadline() =>
        TakesEffectOnce(
            CheckoutStep.StockHeld,
            c => new PaymentActionRequired(c.Id, "https://pay.example/3ds"),
            PaymentActionRequiredHandler.Handle,
            CheckoutStep.PaymentPending
        );

    [Fact]
    [RedeliveryOf<PaymentDeclinedHandler>(typeof(PaymentDeclined))]
    public Task Redelivered_decline_releases_once() =>
        TakesEffectOnce(
            CheckoutStep.StockHeld,
            c => new PaymentDeclined(c.Id, "payments.declined"),
            PaymentDeclinedHandler.Handle,
            CheckoutStep.Compensating,
            typeof(ReleaseReservation)
        );

    [Fact]
    [RedeliveryOf<OrderPlacedHandler>(typeof(OrderPlaced))]
    public Task Redelivered_order_captures_once() =>
        TakesEffectOnce(
            At(CheckoutStep.PaymentAuthorized) with
            {
                StockCommitted = true,
            },
            c => new OrderPlaced(c.Id, "S-1001"),
            OrderPlacedHandler.Handle,
            CheckoutStep.OrderPlaced,
            typeof(CapturePayment)
        );

    [Fact]
    [RedeliveryOf<ReservationCommittedHandler>(typeof(ReservationCommitted))]
    public Task Redelivered_commitment_captures_once() =>
        TakesEffectOnce(
            At(CheckoutStep.PaymentAuthorized) with
            {
                OrderNumber = "S-1001",
            },
            c => new ReservationCommitted(c.Id),
            ReservationCommittedHandler.Handle,
            CheckoutStep.OrderPlaced,
            typeof(CapturePayment)
        );

    [Fact]
    [RedeliveryOf<ReservationLostHandler>(typeof(ReservationLost))]
    public Task Redelivered_loss_of_the_hold_voids_once() =>
        TakesEffectOnce(
            CheckoutStep.PaymentAuthorized,
            c => new ReservationLost(c.Id, "inventory.hold_expired"),
            ReservationLostHandler.Handle,
            CheckoutStep.Compensating,
            typeof(VoidPayment)
        );

    [Fact]
    [RedeliveryOf<PaymentCapturedHandler>(typeof(PaymentCaptured))]
    public Task Redelivered_capture_confirms_once() =>
        TakesEffectOnce(
            CheckoutStep.OrderPlaced,
            c => new PaymentCaptured(c.Id, c.Total),
            PaymentCapturedHandler.Handle,
            CheckoutStep.Captured,
            typeof(ConfirmOrder)
        );

    [Fact]
    [RedeliveryOf<PaymentCaptureFailedHandler>(typeof(PaymentCaptureFailed))]
    public Task Redelivered_failure_to_capture_voids_once() =>
        TakesEffectOnce(
            CheckoutStep.OrderPlaced,
            c => new PaymentCaptureFailed(c.Id, "payments.authorization_lost"),
            PaymentCaptureFailedHandler.Handle,
            CheckoutStep.Compensating,
            typeof(VoidPayment)
        );

    [Fact]
    [RedeliveryOf<OrderConfirmedHandler>(typeof(OrderConfirmed))]
    public Task Redelivered_confirmation_completes_once() =>
        TakesEffectOnce(
            CheckoutStep.Captured,
            c => new OrderConfirmed(c.Id, "S-1001", c.Id, c.CartId, null, c.Email, c.Lines, c.Totals, Purchases.Start),
            OrderConfirmedHandler.Handle,
            CheckoutStep.Completed
        );

    [Fact]
    [RedeliveryOf<OrderCanceledHandler>(typeof(OrderCanceled))]
    public Task Redelivered_cancellation_voids_once() =>
        TakesEffectOnce(
            CheckoutStep.OrderPlaced,
            c => new OrderCanceled(c.Id, "orders.canceled_by_customer"),
            OrderCanceledHandler.Handle,
            CheckoutStep.Compensating,
            typeof(VoidPayment)
        );

    [Fact]
    [RedeliveryOf<PaymentVoidedHandler>(typeof(PaymentVoided))]
    public Task Redelivered_void_gives_stock_back_once() =>
        TakesEffectOnce(
            CheckoutStep.Compensating,
            c => new PaymentVoided(c.Id, null),
            PaymentVoidedHandler.Handle,
            CheckoutStep.Compensating,
            typeof(CancelOrder),
            typeof(ReleaseReservation)
        );

    [Fact]
    [RedeliveryOf<ReservationReleasedHandler>(typeof(ReservationReleased))]
    public Task Redelivered_release_announces_the_failure_once() =>
        TakesEffectOnce(
            At(CheckoutStep.Compensating) with
            {
                PaymentOpen = false,
                OrderOpen = false,
            },
            c => new ReservationReleased(c.Id),
            ReservationReleasedHandler.Handle,
            CheckoutStep.Compensated,
            typeof(CheckoutFailed)
        );

    [Fact]
    public async Task An_answer_to_no_purchase_of_ours_is_ignored()
    {
        await using var delivery = new Delivery(shop);
        await delivery.HandleAsync(StockReservedHandler.Handle, new StockReserved(Guid.CreateVersion7()));
        await delivery.CommitAsync();
        delivery.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Twenty_deliveries_at_once_over_the_bus_end_a_purchase_once()
    {
        var purchase = await shop.HasAsync(At(CheckoutStep.Compensating) with { PaymentOpen = false, OrderOpen = false });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.PublishAsync(new ReservationReleased(purchase.Id))));
        var over = await shop.EventuallyAsync(purchase.Id, c => c.IsOver);
        await Eventually.IsTrueAsync(
            "all twenty are handled",
            async () =>
                await shop.ScalarAsync<long>(
                    """
                    select count(*) from wolverine.wolverine_incoming_envelopes
                    where message_type = 'inventory.reservation-released.v1' and status = 'Handled'
                      and position(convert_to($1, 'UTF8') in body) > 0
                    """,
                    purchase.Id.ToString()
                ) == 20
        );
        (await shop.LoadAsync(purchase.Id)).Version.ShouldBe(over.Version);
        over.Version.ShouldBe(1);
    }

    private static CheckoutState At(CheckoutStep step) => Purchases.At(step, CheckoutShopExtensions.NotSoon);

    private Task TakesEffectOnce<TMessage>(
        CheckoutStep from,
        Func<CheckoutState, TMessage> message,
        Handler<TMessage> handler,
        CheckoutStep to,
        params Type[] sent
    ) => TakesEffectOnce(At(from), message, handler, to, sent);

    private async Task TakesEffectOnce<TMessage>(
        CheckoutState purchase,
        Func<CheckoutState, TMessage> message,
        Handler<TMessage> handler,
        CheckoutStep to,
        params Type[] sent
    )
    {
        await shop.HasAsync(purchase);
        var delivered = message(purchase);

        await using (
            Delivery first = new(shop),
                second = new(shop)
        )
        {
            await first.HandleAsync(handler, delivered);
            // The second comes while the first has not committed, and waits for it at the row.
            var waiting = second.HandleAsync(handler, delivered);
            await Eventually.IsTrueAsync("the second delivery waits", second.WaitsAsync);
            await first.CommitAsync();
            first.Sent.Select(m => m.GetType()).ShouldBe(sent);
            await waiting;
            await second.CommitAsync();
            second.Sent.ShouldBeEmpty();
        }
        var after = await shop.LoadAsync(purchase.Id);
        after.Step.ShouldBe(to);
        after.Version.ShouldBe(1);

        // And once more, much later.
        await using var late = new Delivery(shop);
        await late.HandleAsync(handler, delivered);
        await late.CommitAsync();
        late.Sent.ShouldBeEmpty();
        (await shop.LoadAsync(purchase.Id)).Version.ShouldBe(1);
    }
}
