using System.Text.Json.Nodes;
using Npgsql;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>A purchase as it goes one way, and where on that way the host can be killed.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Method">The payment method.</param>
/// <param name="Ends">How it has to end.</param>
/// <param name="Points">Fault points, in the order in which they are passed.</param>
public sealed record CrashStory(string Name, string Method, string Ends, params string[][] Points)
{
    /// <summary>Plenty of it is in stock.</summary>
    public const string InStock = "BOOT-42";

    /// <summary>None of it is.</summary>
    public const string SoldOut = "TENT-0";

    /// <summary>Ten percent off, once for each shopper.</summary>
    public const string Code = "CRASH";

    /// <summary>What is done to the filled cart before it is bought.</summary>
    public Func<ShopWorld, Shopper, Task> PrepareAsync { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>What is bought.</summary>
    public string Sku { get; init; } = InStock;

    /// <summary>What goes wrong at the provider from the start.</summary>
    public JsonObject Faults { get; init; } = [];

    /// <summary>Only a customer can take an order back.</summary>
    public bool SignedIn { get; init; }

    /// <summary>What somebody does once the shop has answered; done again after the crash, since nobody knows whether it was heard.</summary>
    public Func<ShopWorld, Shopper, Answer, Task> GoOnAsync { get; init; } = (_, _, _) => Task.CompletedTask;

    /// <summary>All ways a purchase can go.</summary>
    public static IReadOnlyList<CrashStory> All { get; } =
    [
        new(
            "paid",
            "pm_card_visa",
            "completed",
            Commits("checkout/save"),
            Commits("analytics/checkout.checkout-started.v1"),
            Commits("inventory/inventory.reserve-stock.v1"),
            Commits("checkout/inventory.stock-reserved.v1"),
            Calls("payments.authorize"),
            Commits("payments/payments.authorize-payment.v1"),
            Commits("checkout/payments.payment-authorized.v1"),
            Commits("orders/orders.place-order.v1"),
            Commits("checkout/orders.order-placed.v1"),
            Commits("inventory/inventory.commit-reservation.v1"),
            Commits("checkout/inventory.reservation-committed.v1"),
            Calls("payments.capture"),
            Commits("payments/payments.capture-payment.v1"),
            Commits("checkout/payments.payment-captured.v1"),
            Commits("orders/orders.confirm-order.v1"),
            Commits("checkout/orders.order-confirmed.v1"),
            Commits("carts/orders.order-confirmed.v1"),
            Commits("notifications/orders.order-confirmed.v1"),
            Commits("analytics/orders.order-confirmed.v1"),
            Commits("search/orders.order-confirmed.v1"),
            Calls("notifications.send-mail")
        ),
        new("sold out", "pm_card_visa", "compensated", Commits("checkout/inventory.stock-rejected.v1")) { Sku = SoldOut },
        new(
            "declined",
            "pm_card_chargeDeclined",
            "compensated",
            Commits("checkout/payments.payment-declined.v1"),
            Commits("inventory/inventory.release-reservation.v1"),
            Commits("checkout/inventory.reservation-released.v1"),
            Commits("analytics/checkout.checkout-failed.v1"),
            Commits("notifications/checkout.checkout-failed.v1")
        ),
        // With a code that is limited: redeemed before the charge, and given back when the payment is declined.
        new(
            "with a limited code",
            "pm_card_visa",
            "completed",
            Commits("carts/carts.redeem-promotions.v1"),
            Commits("checkout/carts.promotions-redeemed.v1")
        )
        {
            PrepareAsync = (_, shopper) => shopper.AddCouponAsync(Code),
        },
        new(
            "with a limited code, declined",
            "pm_card_chargeDeclined",
            "compensated",
            Commits("carts/carts.return-promotions.v1"),
            Commits("checkout/carts.promotions-returned.v1")
        )
        {
            PrepareAsync = (_, shopper) => shopper.AddCouponAsync(Code),
        },
        // The code is good when the purchase begins, and used up when it is redeemed.
        new("with a code used up", "pm_card_visa", "compensated", Commits("checkout/carts.promotions-rejected.v1"))
        {
            PrepareAsync = UseUpAsync,
        },
        // The payer authenticates when the hold has run out: the order is taken back, and what was set aside is set free.
        new(
            "hold lost",
            "pm_card_authenticationRequired",
            "compensated",
            Commits("checkout/payments.payment-action-required.v1"),
            Commits("payments/save"),
            Commits("payments/payments.apply-webhook.v1"),
            Commits("checkout/inventory.reservation-lost.v1"),
            Commits("payments/payments.void-payment.v1"),
            Calls("payments.void"),
            Commits("checkout/payments.payment-voided.v1"),
            Commits("orders/orders.cancel-order.v1"),
            Commits("checkout/orders.order-canceled.v1")
        )
        {
            GoOnAsync = AuthenticateTooLateAsync,
        },
        // The answer to the capture is lost, the customer changes their mind, and only then is it found that the money was taken.
        new(
            "taken back",
            "pm_card_visa",
            "compensated",
            Commits("orders/save"),
            Commits("checkout/orders.order-canceled.v1"),
            Calls("payments.refund"),
            Commits("checkout/payments.payment-voided.v1")
        )
        {
            Faults = new()
            {
                ["requests"] = new JsonArray(Rule("capture", "timeout-after"), Rule("retrieve", "503"), Rule("list", "503")),
                ["webhooks"] = new JsonArray(Rule("*", "never")),
            },
            SignedIn = true,
            GoOnAsync = CancelAsync,
        },
        // The answer to the capture is lost, and what was set aside is let go of at the provider's desk.
        new("let go", "pm_card_visa", "compensated", Commits("checkout/payments.payment-capture-failed.v1"))
        {
            Faults = new()
            {
                ["requests"] = new JsonArray(Rule("capture", "timeout-before"), Rule("retrieve", "503"), Rule("list", "503")),
                ["webhooks"] = new JsonArray(Rule("*", "never")),
            },
            GoOnAsync = LetGoAsync,
        },
        // Nobody answers for the provider until the timer has asked again.
        new("silent", "pm_card_visa", "completed", ["checkout/save:before-commit#2", "checkout/save:after-commit#2"])
        {
            Faults = new()
            {
                ["requests"] = new JsonArray(Rule("create", "timeout-before"), Rule("retrieve", "503"), Rule("list", "503")),
                ["webhooks"] = new JsonArray(Rule("*", "never")),
            },
        },
    ];

    // The checkout asks what the code is worth to this address before it begins, so the last use is taken by somebody who commits only when the
    // purchase waits for it.
    private static async Task UseUpAsync(ShopWorld world, Shopper shopper)
    {
        await shopper.AddCouponAsync(Code);
        var rival = new NpgsqlConnection(world.ConnectionString);
        await rival.OpenAsync();
        var transaction = await rival.BeginTransactionAsync();
        await using var use = new NpgsqlCommand(
            """
            insert into carts.promotion_uses (promotion_id, holder, used)
            select id, 'e:' || encode(sha256(convert_to(upper($1), 'UTF8')), 'hex'), 1 from carts.promotions where code = 'CRASH'
            """,
            rival,
            transaction
        )
        {
            Parameters = { new() { Value = shopper.Email } },
        };
        await use.ExecuteNonQueryAsync();
        _ = CommitWhenWaitedForAsync();

        async Task CommitWhenWaitedForAsync()
        {
            await using (rival)
            await using (transaction)
            {
                await Eventually.IsTrueAsync(
                    "the purchase waits for the use",
                    () =>
                        world.ScalarAsync<bool>(
                            $"select exists (select from pg_stat_activity where {rival.ProcessID} = any(pg_blocking_pids(pid)))"
                        )
                );
                await transaction.CommitAsync();
            }
        }
    }

    private static async Task AuthenticateTooLateAsync(ShopWorld world, Shopper shopper, Answer submitted)
    {
        await world.ExecuteAsync(
            "update inventory.reservations set expires_at = now() - interval '1 second' where id = $1 and state = 'held'",
            Guid.Parse(submitted["id"]!)
        );
        if (await ActionUrlAsync(shopper, submitted) is { } url)
            await Payer.AuthenticateAsync(world, url);
    }

    // A host that has just started may say "accepted" before the provider has asked for anything; one that is the victim says nothing any more.
    private static async Task<string?> ActionUrlAsync(Shopper shopper, Answer submitted)
    {
        var seen = submitted;
        for (var looks = 0; seen is not null && seen["actionUrl"] is null && looks < 100; looks++)
        {
            await Task.Delay(100);
            seen = await Purchase.AnsweredAsync(() => shopper.GetCheckoutAsync(submitted["id"]!));
        }
        return seen?["actionUrl"];
    }

    private static async Task CancelAsync(ShopWorld world, Shopper shopper, Answer submitted)
    {
        await Purchase.SeenAsync(shopper, submitted, "order_placed", "compensating", "compensated");
        if (await Purchase.AnsweredAsync(() => shopper.CancelOrderAsync(submitted["id"]!)) is not null)
            await world.ClearPaymentFaultsAsync();
    }

    private static async Task LetGoAsync(ShopWorld world, Shopper shopper, Answer submitted)
    {
        await Purchase.SeenAsync(shopper, submitted, "order_placed", "compensating");
        await ProviderDesk.CancelAsync(world, submitted["id"]!);
        await world.ClearPaymentFaultsAsync();
    }

    private static JsonObject Rule(string on, string fault) => new() { ["on"] = on, ["fault"] = fault };

    private static string[] Commits(string name) => [$"{name}:before-commit", $"{name}:after-commit"];

    private static string[] Calls(string name) => [$"{name}:before-call", $"{name}:after-call"];
}
