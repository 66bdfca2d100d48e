using System.Runtime.CompilerServices;
using Shop.Payments.Contracts;
using static Shop.Host.Tests.Commands.PlantedBooks;

namespace Shop.Host.Tests.Commands;

/// <summary>An auditor that finds nothing is worth something only if it would have found it.</summary>
public sealed class ReconcileTests(PlantedBooks books) : IClassFixture<PlantedBooks>
{
    public static TheoryData<string, string, string> Violations =>
        new()
        {
            { "I1", "an order's money went back", "update at_provider set refunded = captured;" + Posting("refund", Paid, 1999) },
            { "I1", "an order's money was never taken", "delete from at_provider; delete from payments.ledger_entries;" },
            {
                "I2",
                "money was taken for nothing",
                $"insert into at_provider values ('{Other}', 'EUR', 5, 0);" + Posting("capture", Other, 5)
            },
            {
                "I2",
                "a canceled order's money was kept",
                Order(Other, $"'checkout_id', '{Other}', 'status', 'canceled'")
                    + $"insert into at_provider values ('{Other}', 'EUR', 1999, 0);"
                    + Posting("capture", Other, 1999)
            },
            {
                "I3",
                "money was taken twice for one order",
                $"insert into at_provider select payment_id, currency, captured, captured from at_provider where payment_id = '{Paid}';"
            },
            { "I4", "stock came from nowhere", Stock("on_hand = 11") },
            { "I4", "stock is reserved for nobody", Stock("reserved = 3") },
            { "I4", "stock is held and not reserved", Stock("reserved = 1") },
            { "I4", "an item has more than its locations", "update inventory.stock_items set on_hand = 11;" },
            { "I4", "a location has promised what the item has not", "update inventory.stock_levels set reserved = 3;" },
            {
                "I4",
                "a piece was damaged and no line says so",
                "update inventory.stock_levels set damaged = 1; update inventory.stock_items set unavailable = 1;"
            },
            { "I4", "safety stock of no location", "update inventory.stock_items set unavailable = 1;" },
            {
                "I4",
                "pieces moved where there is no level",
                """
                    insert into inventory.movements (sku, location_id, delta, on_hand, version, reason, actor, at)
                    values ('BOOT-42', gen_random_uuid(), 1, 11, 2, 'found', 'system', now());
                    """
            },
            {
                "I4",
                "a shipped piece is promised still",
                "update inventory.reservation_lines set consumed = 1 where reservation_id in (select id from inventory.reservations where state = 'committed');"
            },
            {
                "I4",
                "more is promised than there is and may be backordered",
                """
                    insert into inventory.movements (sku, location_id, delta, on_hand, version, reason, actor, at)
                    select sku, location_id, -9, 1, 2, 'lost', 'system', now() from inventory.stock_levels;
                    """ + Stock("on_hand = 1")
            },
            { "I5", "a hold outlived its time", Reservation(Other, "held", "now() - interval '2 minutes'") },
            { "I5", "stock is kept for no order", Reservation(Other, "committed") },
            {
                "I5",
                "stock is kept for a canceled order",
                Reservation(Other, "committed") + Order(Other, $"'checkout_id', '{Other}', 'status', 'canceled'")
            },
            {
                "I5",
                "stock is held for a purchase that came to nothing",
                Reservation(Other, "held")
                    + Purchase(Other, "'state', 'compensated', 'payment_open', false, 'order_open', false, 'stock_open', false")
            },
            {
                "I5",
                "a confirmed order's stock was given back",
                "update inventory.reservations set state = 'released' where state = 'committed';" + Stock("reserved = 1")
            },
            { "I6", "one key bought twice", Purchase(Other, "'idempotency_key', 'key-1'") },
            { "I6", "one purchase became two orders", Order(Other, "'status', 'pending'") },
            {
                "I6",
                "one cart became two orders",
                Order(Other, $"'checkout_id', '{Other}'")
                    + Reservation(Other, "committed")
                    + $"insert into at_provider values ('{Other}', 'EUR', 1999, 0);"
                    + Posting("capture", Other, 1999)
            },
            {
                "I7",
                "a posting has one side only",
                $"""
                    insert into payments.ledger_entries (payment_id, kind, account, debit_minor, credit_minor, currency, posted_at)
                    values ('{Paid}', 'refund', 'sales', 0, 5, 'EUR', now());
                    """
            },
            { "I7", "the ledger has what the provider has not", Posting("capture", Other, 5) },
            {
                "I7",
                "the ledger has come and gone what the provider never had",
                Posting("capture", Other, 5) + Posting("refund", Other, 5)
            },
            { "I7", "the ledger has it in another currency", "update payments.ledger_entries set currency = 'USD';" },
            { "I8", "a purchase stands still", Purchase(Other, "'state', 'needs_attention', 'wake_at', now() + interval '1 minute'") },
            { "I8", "nobody woke a purchase", Purchase(Other, "'state', 'payment_pending', 'wake_at', now() - interval '1 minute'") },
            { "I8", "a purchase ended with its payment open", Compensated("payment_open") },
            { "I8", "a purchase ended with its order open", Compensated("order_open") },
            { "I8", "a purchase ended with its stock open", Compensated("stock_open") },
            { "I11", "a message was not taken in", Incoming("'Incoming'", "null") },
            { "I11", "a message's time has come", Incoming("'Scheduled'", "now() - interval '1 minute'") },
            {
                "I11",
                "a message was not sent",
                """
                    insert into wolverine.wolverine_outgoing_envelopes (id, owner_id, destination, attempts, body, message_type)
                    values (gen_random_uuid(), 0, 'local://somewhere/', 0, '', 'orders.order-placed.v1');
                    """
            },
            { "I12", "a purchase has no timer", Purchase(Other, "'state', 'payment_pending'") },
            {
                "I15",
                "a message was given up",
                """
                    insert into wolverine.wolverine_dead_letters (id, message_type, received_at, body, exception_type, exception_message, replayable)
                    values (gen_random_uuid(), 'orders.order-placed.v1', 'local://somewhere/', '', 'KeyNotFound', '', false);
                    """
            },
        };

    [Fact]
    public async Task Books_in_which_all_is_well_agree() => (await books.ReconcileAsync(spoil: "")).ShouldBe((0, []));

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_is_found_by_its_own_invariant_and_no_other(string invariant, string what, string spoil)
    {
        var (exitCode, broken) = await books.ReconcileAsync(spoil);

        broken.ShouldBe([invariant], what);
        exitCode.ShouldBe(1, what);
    }

    [Fact]
    public async Task Messages_that_wait_are_named_with_who_has_them()
    {
        await books.ReconcileAsync(Incoming("'Incoming'", "null"));
        books.Said.ShouldContain("  inbox local://somewhere/ orders.order-placed.v1, node 0, tried 0 times");

        await books.ReconcileAsync(spoil: "");
        books.Said.ShouldNotContain("inbox");
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_said_plainly()
    {
        var said = await Should.ThrowAsync<CannotStartException>(() => books.ReconcileAsync(spoil: "", SilentAsync));

        CannotStartException.ReasonOf(said).ShouldBe("The payment provider's books can't be read: Connection refused");

        static async IAsyncEnumerable<ProviderPayment> SilentAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.FromException(new HttpRequestException("Connection refused"));
            yield break;
        }
    }

    // The item and its only location.
    private static string Stock(string change) => $"update inventory.stock_items set {change}; update inventory.stock_levels set {change};";

    private static string Compensated(string open) =>
        Purchase(
            Other,
            string.Join(
                ", ",
                ((string[])["payment_open", "order_open", "stock_open"])
                    .Select(flag => $"'{flag}', {(flag == open ? "true" : "false")}")
                    .Prepend("'state', 'compensated'")
            )
        );
}
