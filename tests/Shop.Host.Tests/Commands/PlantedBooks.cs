using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using Shop.Host.Commands;
using Shop.Payments.Contracts;

namespace Shop.Host.Tests.Commands;

/// <summary>
/// A migrated database with the books of two purchases in which all is well: one is completed, one waits for its payer. The provider's
/// list is a table beside them, so that anything that can be wrong is planted by SQL.
/// </summary>
public sealed class PlantedBooks : IAsyncLifetime
{
    /// <summary>The completed purchase, and its reservation, payment and order.</summary>
    public const string Paid = "01990000-0000-7000-8000-000000000001";

    /// <summary>An id that nothing has.</summary>
    public const string Other = "01990000-0000-7000-8000-000000000003";

    // Inventory's main location.
    private const string Main = "00000000-0000-7000-8000-000000000001";

    private const string Waiting = "01990000-0000-7000-8000-000000000002";

    // What the database itself refuses can't be planted, and yet has to be found should a guard be missing one day.
    private const string TakeGuardsAway = """
        create table at_provider (payment_id uuid, currency text, captured bigint, refunded bigint);
        alter table payments.ledger_entries disable trigger user, drop constraint fk_ledger_entries_attempts_payment_id;
        alter table checkout.checkouts drop constraint ck_checkouts_timer;
        drop index checkout.ux_checkouts_scope_idempotency_key;
        alter table inventory.movements drop constraint fk_movements_stock_levels_sku_location_id;
        alter table inventory.stock_items drop constraint stock_items_no_oversell;
        """;

    private const string Clear = """
        truncate at_provider, checkout.checkouts, payments.ledger_entries, orders.orders, orders.order_lines, orders.order_events,
          inventory.stock_items, inventory.stock_levels, inventory.movements, inventory.reservations, inventory.reservation_lines,
          wolverine.wolverine_incoming_envelopes, wolverine.wolverine_outgoing_envelopes, wolverine.wolverine_dead_letters;
        """;

    private static readonly string AllIsWell = $"""
        insert into checkout.checkouts (id, scope, idempotency_key, request_hash, cart_id, cart_version, email, shipping_address,
          billing_address, lines, totals, shipping_method, payment_method, state, stock_open, stock_committed, payment_open, order_open,
          order_number, tries, created_at, updated_at, version)
        values ('{Paid}', 'somebody', 'key-1', '', '{Paid}', 1, 'ann@example.org', '{"{}"}', '{"{}"}', '[]', '{"{}"}', 'standard',
          'pm_card_visa', 'completed', true, true, true, true, 'S-100001', 0, now(), now(), 6);
        insert into orders.orders (id, sequence, status, checkout_id, cart_id, payment_id, email, shipping_method, currency, subtotal,
          shipping, tax, total, placed_at, confirmed_at)
        values ('{Paid}', 100001, 'confirmed', '{Paid}', '{Paid}', '{Paid}', 'ann@example.org', 'standard', 'EUR', 1680, 0, 319, 1999,
          now(), now());
        insert into inventory.stock_items (sku, on_hand, reserved, version) values ('BOOT-42', 10, 2, 3);
        insert into inventory.stock_levels (sku, location_id, on_hand, reserved, damaged, safety_stock) values ('BOOT-42', '{Main}', 10, 2, 0, 0);
        insert into inventory.movements (sku, location_id, delta, on_hand, version, reason, actor, at)
        values ('BOOT-42', '{Main}', 10, 10, 1, 'received', 'system', now());
        {Reservation(Paid, "committed")}
        {Reservation(Waiting, "held")}
        insert into inventory.reservation_lines (reservation_id, sku, quantity) values ('{Paid}', 'BOOT-42', 1), ('{Waiting}', 'BOOT-42', 1);
        insert into at_provider values ('{Paid}', 'EUR', 1999, 0), ('{Waiting}', 'EUR', 0, 0);
        {Posting("capture", Paid, 1999)}
        {Purchase(Waiting, "'state', 'payment_pending', 'wake_at', now() + interval '5 minutes'")}
        {Incoming("'Scheduled'", "now() + interval '1 day'")}
        """;

    private readonly TestDatabase _database = new();

    /// <summary>Another purchase, of another cart, like the completed one but for these columns.</summary>
    public static string Purchase(string id, string changes) =>
        Like("checkout.checkouts", $"'id', '{id}', 'cart_id', '{id}', 'idempotency_key', '{id}', {changes}");

    /// <summary>Another order with a payment of its own, like the confirmed one but for these columns.</summary>
    public static string Order(string id, string changes) =>
        Like("orders.orders", $"'id', '{id}', 'payment_id', '{id}', 'sequence', 100002, {changes}");

    /// <summary>A reservation without lines; it holds no stock, but should not be there.</summary>
    public static string Reservation(string id, string state, string expires = "now() + interval '5 minutes'") =>
        $"insert into inventory.reservations (id, state, expires_at, created_at) values ('{id}', '{state}', {expires}, now());";

    /// <summary>Both sides of a posting.</summary>
    public static string Posting(string kind, string payment, long amount)
    {
        var (debit, credit) = kind == "capture" ? ("provider", "sales") : ("sales", "provider");
        return $"""
            insert into payments.ledger_entries (payment_id, kind, account, debit_minor, credit_minor, currency, posted_at)
            values ('{payment}', '{kind}', '{debit}', {amount}, 0, 'EUR', now()), ('{payment}', '{kind}', '{credit}', 0, {amount}, 'EUR', now());
            """;
    }

    /// <summary>A message in the inbox.</summary>
    public static string Incoming(string status, string time) =>
        $"""
            insert into wolverine.wolverine_incoming_envelopes (id, status, owner_id, execution_time, attempts, body, message_type, received_at)
            values (gen_random_uuid(), {status}, 0, {time}, 0, '', 'orders.order-placed.v1', 'local://somewhere/');
            """;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        await _database.CreateAsync();
        await ExecuteAsync(TakeGuardsAway);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>What reconcile printed last.</summary>
    public string Said { get; private set; } = "";

    /// <summary>Writes the books anew, spoils them, and has them reconciled.</summary>
    /// <param name="spoil">SQL that spoils them.</param>
    /// <param name="provider">The provider's own books; those in the database when null.</param>
    /// <returns>Exit code, and each invariant found broken.</returns>
    public async Task<(int ExitCode, string[] Broken)> ReconcileAsync(
        string spoil,
        Func<CancellationToken, IAsyncEnumerable<ProviderPayment>>? provider = null
    )
    {
        await ExecuteAsync(Clear + AllIsWell + spoil);
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        var exitCode = await Reconcile.RunAsync(
            _database.ConnectionString,
            provider ?? AtProviderAsync,
            settle: TimeSpan.Zero,
            output,
            TestContext.Current.CancellationToken
        );
        Said = output.ToString();
        var rows = Said.Split('\n').Where(line => line.StartsWith('I')).Select(line => line.Split(' ', Blanks)).ToArray();
        rows.Length.ShouldBeGreaterThan(10);
        return (exitCode, [.. rows.Where(row => row[1] != "0").Select(row => row[0])]);
    }

    private const StringSplitOptions Blanks = StringSplitOptions.RemoveEmptyEntries;

    private static string Like(string table, string changes) =>
        $"insert into {table} select (jsonb_populate_record(t, jsonb_build_object({changes}))).* from {table} t where id = '{Paid}';";

    private async IAsyncEnumerable<ProviderPayment> AtProviderAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select payment_id, currency, captured, refunded from at_provider", connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            yield return new(row.GetGuid(0), new(row.GetInt64(2), row.GetString(1)), new(row.GetInt64(3), row.GetString(1)));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
