using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Shop.BuildingBlocks.Messaging;
using Shop.Checkout.Contracts;
using Shop.Checkout.Data;
using Shop.Checkout.Domain;
using Shop.Checkout.Features;
using Shop.Checkout.Saga;
using Shop.Checkout.Tests.Unit;
using Shop.Orders.Contracts;
using static Shop.Checkout.Tests.Slices.CheckoutShopExtensions;

namespace Shop.Checkout.Tests.Slices;

public class StartCheckoutTests(CheckoutShop shop)
{
    private readonly string _key = Guid.CreateVersion7().ToString();
    private readonly string _token = Guid.CreateVersion7().ToString("N");
    private readonly StartCheckout _request = Requests.Buy(Guid.CreateVersion7());

    [Fact]
    public async Task A_request_without_an_idempotency_key_is_refused()
    {
        var answer = await shop.Client.BuyAsync(_request, key: null, _token);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.CodeAsync()).ShouldBe("checkout.idempotency_key_required");
    }

    [Fact]
    public async Task Nobody_in_particular_can_buy_nothing()
    {
        var answer = await shop.Client.BuyAsync(_request, _key);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.CodeAsync()).ShouldBe("checkout.unauthenticated");
    }

    [Theory]
    [InlineData("email", "4242424242424242@example.com")]
    [InlineData("paymentMethod", "4242 4242 4242 4242")]
    [InlineData("paymentMethod", "pm_4242424242424242")]
    [InlineData("shippingAddress.name", "Ada 4000-0025-0000-3155")]
    [InlineData("shippingAddress.line2", "378282246310005")]
    [InlineData("billingAddress.city", "4222222222222")]
    public async Task A_card_number_is_refused_in_any_field_and_not_repeated(string field, string value)
    {
        var request = (JsonObject)
            JsonSerializer.SerializeToNode(_request with { BillingAddress = Requests.Address }, JsonSerializerOptions.Web)!;
        var path = field.Split('.');
        (path.Length == 1 ? request : request[path[0]]!.AsObject())[path[^1]] = value;
        var answer = await shop.Client.BuyAsync(request, _key, _token);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.CodeAsync()).ShouldBe("checkout.card_number_refused");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain(value);
    }

    [Fact]
    public async Task What_is_wrong_is_said_field_by_field()
    {
        var request = _request with
        {
            Email = "nobody",
            ShippingAddress = Requests.Address with { Country = "Germany", City = "" },
            PaymentMethod = "visa",
        };
        var answer = await shop.Client.BuyAsync(request, _key, _token);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await answer.JsonAsync();
        ((string?)problem["code"]).ShouldBe("shop.invalid_request");
        problem["errors"]!
            .AsArray()
            .Select(e => (string?)e!["field"])
            .Order()
            .ShouldBe(["email", "paymentMethod", "shippingAddress.city", "shippingAddress.country"]);
    }

    [Fact]
    public async Task The_same_request_again_gets_the_same_order()
    {
        var purchase = await shop.HasAsync(Purchases.At(CheckoutStep.Completed).StartedBy(_request, _token, _key));
        var bodies = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var answer = await shop.Client.BuyAsync(_request, _key, _token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
            answer.Headers.Location!.OriginalString.ShouldBe($"/api/v1/checkouts/{purchase.Id}");
            bodies.Add(await answer.Content.ReadAsStringAsync());
        }
        bodies[0].ShouldBe(bodies[1]);
        var view = JsonNode.Parse(bodies[0])!;
        ((string?)view["state"]).ShouldBe("completed");
        ((string?)view["orderNumber"]).ShouldBe("S-1001");
        ((Guid?)view["orderId"]).ShouldBe(purchase.Id);
        ((long?)view["total"]!["minor"]).ShouldBe(purchase.Total.Minor);
    }

    [Fact]
    public async Task A_repetition_that_finds_the_cart_bought_meanwhile_gets_the_same_order()
    {
        await using var carts = new NpgsqlConnection(shop.ConnectionString);
        await carts.OpenAsync(TestContext.Current.CancellationToken);
        await using var pricing = await carts.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var held = new NpgsqlCommand("lock table carts.carts in access exclusive mode", carts))
            await held.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var answer = shop.Client.BuyAsync(_request, _key, _token);
        await Eventually.IsTrueAsync(
            "the repetition has found no purchase and asks for the cart",
            () =>
                shop.ScalarAsync<bool>(
                    """
                    select exists (select from pg_locks where relation = 'carts.carts'::regclass and not granted
                                   and database = (select oid from pg_database where datname = current_database()))
                    """
                )
        );

        var purchase = await shop.HasAsync(Purchases.At(CheckoutStep.Completed).StartedBy(_request, _token, _key));
        await pricing.RollbackAsync(TestContext.Current.CancellationToken);

        (await answer).StatusCode.ShouldBe(HttpStatusCode.Created);
        ((Guid?)(await (await answer).JsonAsync())["id"]).ShouldBe(purchase.Id);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        await shop.HasAsync(Purchases.At(CheckoutStep.Completed).StartedBy(_request, _token, _key));
        var answer = await shop.Client.BuyAsync(_request with { PaymentMethod = "pm_card_mastercard" }, _key, _token);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.CodeAsync()).ShouldBe("checkout.idempotency_key_reused");
    }

    [Fact]
    public async Task A_purchase_that_failed_answers_with_its_reason()
    {
        await shop.HasAsync(Purchases.At(CheckoutStep.Compensated).StartedBy(_request, _token, _key));
        var answer = await shop.Client.BuyAsync(_request, _key, _token);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.CodeAsync()).ShouldBe("payments.declined");
    }

    [Fact]
    public async Task A_payer_who_has_to_authenticate_is_told_where_at_once()
    {
        var purchase = await shop.HasAsync(Purchases.At(CheckoutStep.PaymentPending, NotSoon).StartedBy(_request, _token, _key));
        var answer = await shop.Client.BuyAsync(_request, _key, _token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        answer.Headers.Location!.OriginalString.ShouldBe($"/api/v1/checkouts/{purchase.Id}");
        ((string?)(await answer.JsonAsync())["actionUrl"]).ShouldBe("https://pay.example/3ds");
    }

    [Fact]
    public async Task The_request_waits_for_the_end_of_the_purchase()
    {
        var c = await shop.HasAsync(Purchases.At(CheckoutStep.Captured, NotSoon).StartedBy(_request, _token, _key));
        var answer = shop.Client.BuyAsync(_request, _key, _token);
        await shop.PublishAsync(
            new OrderConfirmed(c.Id, "S-1001", c.Id, c.CartId, null, c.Email, c.Lines, c.Totals, TimeProvider.System.GetUtcNow())
        );
        (await answer).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_end_that_another_process_brings_about_is_noticed()
    {
        var c = await shop.HasAsync(Purchases.At(CheckoutStep.Captured, NotSoon).StartedBy(_request, _token, _key));
        var answer = shop.Client.BuyAsync(_request, _key, _token);
        // Nobody in this process is told.
        await shop.WithAsync<CheckoutDbContext, int>(db =>
            db.Checkouts.Where(row => row.Id == c.Id)
                .ExecuteUpdateAsync(row =>
                    row.SetProperty(r => r.Step, CheckoutStep.Completed)
                        .SetProperty(r => r.WakeAt, (DateTimeOffset?)null)
                        .SetProperty(r => r.Version, 1)
                )
        );
        (await answer).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_purchase_that_takes_longer_is_answered_with_how_far_it_has_come()
    {
        var c = await shop.HasAsync(Purchases.At(CheckoutStep.Captured, NotSoon));
        var impatient = Options.Create(new CheckoutOptions { AnswerMilliseconds = 50 });
        var signals = new CheckoutSignals();
        using var listener = signals.Listen(c.Id);
        var told = await shop.WithAsync<CheckoutDbContext, CheckoutState>(db =>
            new CheckoutWatcher(db, signals, impatient, TimeProvider.System, NullLogger<CheckoutWatcher>.Instance).AnswerAsync(
                c,
                listener,
                CancellationToken.None
            )
        );
        told.Step.ShouldBe(CheckoutStep.Captured);
    }

    [Fact]
    public async Task A_cart_is_bought_once_and_can_be_bought_again_after_a_failure()
    {
        var cart = Guid.CreateVersion7();
        await shop.HasAsync(Purchases.At(CheckoutStep.Compensated) with { CartId = cart });
        await shop.HasAsync(Purchases.At(CheckoutStep.StockHeld, NotSoon) with { CartId = cart });
        await Should.ThrowAsync<Exception>(() => shop.HasAsync(Purchases.At(CheckoutStep.Started, NotSoon) with { CartId = cart }));
    }

    [Fact]
    public async Task A_purchase_and_what_is_said_of_it_are_saved_in_one_transaction_whoever_began_it()
    {
        await using var scope = shop.Services.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IDbContextOutbox<CheckoutDbContext>>();
        var inTransaction = false;
        outbox.DbContext.SavedChanges += (_, _) => inTransaction = outbox.DbContext.Database.CurrentTransaction is not null;
        var purchase = Purchases.At(CheckoutStep.Completed);
        outbox.DbContext.Checkouts.Add(purchase);

        await outbox.PublishAsync(new CheckoutStarted(purchase.Id, purchase.CartId, purchase.Total, purchase.CreatedAt));
        await outbox.SaveChangesAndFlushMessagesAsync(TestContext.Current.CancellationToken);

        inTransaction.ShouldBeTrue("the save did not commit by itself");
        (await shop.LoadAsync(purchase.Id)).Step.ShouldBe(CheckoutStep.Completed);
    }

    [Fact]
    public async Task Of_two_purchases_begun_at_once_one_gets_the_guests_cart_that_is_in_both()
    {
        var cart = Guid.CreateVersion7();
        await using Delivery guests = new(shop),
            customers = new(shop);
        await guests.HandleAsync(BeginAsync, Purchases.At(CheckoutStep.Started, NotSoon) with { CartId = cart });
        var waiting = customers.HandleAsync(BeginAsync, Purchases.At(CheckoutStep.Started, NotSoon));
        await Eventually.IsTrueAsync("the second waits for the first", customers.WaitsAsync);
        await guests.CommitAsync();
        await waiting;
        guests.Sent.ShouldBe([true]);
        customers.Sent.ShouldBe([false]);

        async Task<object[]> BeginAsync(CheckoutState purchase, CheckoutDbContext db, SagaRunner saga, CancellationToken cancellationToken)
        {
            db.Checkouts.Add(purchase);
            return [await db.TryClaimAsync(purchase.Id, [cart], cancellationToken)];
        }
    }
}
