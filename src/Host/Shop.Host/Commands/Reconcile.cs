using System.Diagnostics;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using Shop.Payments.Contracts;

namespace Shop.Host.Commands;

/// <summary>
/// <c>reconcile</c>: holds the books of all modules against each other and against the payment provider's own list. The only place that
/// reads across schemas, under the owner's login: an auditor, not a module.
/// </summary>
public static class Reconcile
{
    // Each deployable has an envelope store of its own, and what is under way between them lies in the queues of the transport.
    private const string EveryStore = """
        create function pg_temp.every(name text, columns text, tables text, schemas text) returns void language plpgsql as $$
        begin
          execute format('create or replace temp view %I as ', name) || coalesce(
            (select string_agg(format('select %s from %I.%I', columns, n.nspname, c.relname), ' union all ')
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind = 'r' and c.relname ~ tables and n.nspname ~ schemas),
            'select 1 where false');
        end $$;
        select pg_temp.every('every_outbox', 'owner_id, attempts, message_type, destination', '^wolverine_outgoing_envelopes$', '^wolverine(_|$)'),
               pg_temp.every('every_inbox', 'status, execution_time, owner_id, attempts, message_type, received_at', '^wolverine_incoming_envelopes$', '^wolverine(_|$)'),
               pg_temp.every('every_dead_letter', 'archived_at', '^wolverine_dead_letters$', '^wolverine(_|$)'),
               pg_temp.every('every_queue', 'id', '^wolverine_queue_.*(?<!_scheduled)$', '^shop_queues$');
        """;

    private const string Waiting = "I11";
    private const string IsLate = "(status = 'Incoming' or (status = 'Scheduled' and execution_time < now() - interval '10 seconds'))";

    // Which of them wait, and in whose hands they are: what an operator looks for next.
    private const string SomeThatWait = $"""
        (select format('  inbox %s %s, node %s, tried %s times', received_at, message_type, owner_id, attempts) from every_inbox where {IsLate} limit 5)
        union all
        (select format('  outbox %s %s, node %s, tried %s times', destination, message_type, owner_id, attempts) from every_outbox limit 5)
        """;

    // Invariant, what it says, and a query that counts what breaks it. provider_payments is what the provider says.
    private static readonly (string Id, string Says, string Count)[] Invariants =
    [
        (
            "I1",
            "of every confirmed order the provider keeps the total",
            // Nothing is given back after an order was confirmed.
            """
            select count(*) from orders.orders o
            left join (select payment_id, currency, sum(captured - refunded) as kept from provider_payments
                       group by payment_id, currency) p on p.payment_id = o.payment_id and p.currency = o.currency
            where o.status in ('confirmed', 'completed') and o.total <> coalesce(p.kept, 0)
            """
        ),
        (
            "I2",
            "every capture has a confirmed order or went back in full",
            """
            select count(*) from provider_payments p
            where p.captured > p.refunded and not exists (
              select from orders.orders o where o.payment_id = p.payment_id and o.status in ('confirmed', 'completed'))
            """
        ),
        (
            "I3",
            "at most one capture an order, of its total, in its currency",
            """
            select count(*) from orders.orders o
            join (select payment_id, count(*) filter (where captured > 0) as captures, sum(captured) as captured, min(currency) as currency
                  from provider_payments group by payment_id) p on p.payment_id = o.payment_id
            where p.captures > 1 or (p.captures = 1 and (p.captured <> o.total or p.currency <> o.currency))
            """
        ),
        (
            "I4",
            "0 <= reserved <= on_hand, but for backorders up to their limit; levels are the sums of movements and of active reservations, and an item's of its locations",
            """
            with moved as (
              select sku, location_id, sum(delta) as on_hand, sum(damaged_delta) as damaged, sum(safety_stock_delta) as safety_stock
              from inventory.movements group by sku, location_id
            ), held as (
              select l.sku, l.location_id, sum(l.quantity - l.consumed) as pieces
              from inventory.reservation_lines l join inventory.reservations r on r.id = l.reservation_id
              where r.state in ('held', 'committed') group by l.sku, l.location_id
            ), whole as (
              select sku, sum(on_hand) as on_hand, sum(reserved) as reserved, sum(damaged + safety_stock) as unavailable
              from inventory.stock_levels group by sku
            )
            select (select count(*) from inventory.stock_items s left join whole w on w.sku = s.sku
                    where s.reserved < 0 or s.unavailable < 0 or s.reserved + s.unavailable > s.on_hand + s.backorder_limit
                       or s.on_hand <> coalesce(w.on_hand, 0) or s.reserved <> coalesce(w.reserved, 0)
                       or s.unavailable <> coalesce(w.unavailable, 0))
                 + (select count(*) from inventory.stock_levels l
                    full join moved m on m.sku = l.sku and m.location_id = l.location_id
                    full join held h on h.sku = coalesce(l.sku, m.sku) and h.location_id = coalesce(l.location_id, m.location_id)
                    where coalesce(l.on_hand, 0) <> coalesce(m.on_hand, 0) or coalesce(l.damaged, 0) <> coalesce(m.damaged, 0)
                       or coalesce(l.safety_stock, 0) <> coalesce(m.safety_stock, 0) or coalesce(l.reserved, 0) <> coalesce(h.pieces, 0))
            """
        ),
        (
            "I5",
            "no hold outlives its time or its purchase",
            """
            select count(*) from inventory.reservations r
            where (r.state = 'held' and r.expires_at < now() - interval '60 seconds')
               or (r.state in ('held', 'committed') and exists (
                     select from checkout.checkouts c where c.id = r.id and c.state = 'compensated'))
               or (r.state in ('committed', 'consumed') and not exists (
                     select from orders.orders o where o.checkout_id = r.id and o.status in ('pending', 'confirmed', 'completed')))
               or (r.state <> 'committed' and r.state <> 'consumed' and exists (
                     select from orders.orders o where o.checkout_id = r.id and o.status in ('confirmed', 'completed')))
            """
        ),
        (
            "I6",
            "one purchase a key, one order a purchase",
            """
            select (select count(*) from (select from checkout.checkouts group by scope, idempotency_key having count(*) > 1) k)
                 + (select count(*) from (select from orders.orders where status <> 'canceled' group by checkout_id having count(*) > 1) o)
                 + (select count(*) from (select from orders.orders where status in ('confirmed', 'completed')
                                          group by cart_id having count(*) > 1) c)
            """
        ),
        (
            "I7",
            "the ledger balances, and agrees with the provider",
            """
            select (select count(*) from (select from payments.ledger_entries group by currency
                                          having sum(debit_minor) <> sum(credit_minor)) b)
                 + (select count(*)
                    from (select payment_id, currency, sum(captured - refunded) as kept
                          from provider_payments group by payment_id, currency) p
                    full join (select payment_id, currency, sum(case kind when 'capture' then debit_minor else -debit_minor end) as kept
                               from payments.ledger_entries group by payment_id, currency) l using (payment_id, currency)
                    where p.payment_id is null or p.kept <> coalesce(l.kept, 0))
            """
        ),
        (
            "I8",
            "every purchase has ended with nothing left open, or waits for its payer",
            """
            select count(*) from checkout.checkouts
            where state not in ('completed', 'compensated', 'payment_pending')
               or (state = 'payment_pending' and wake_at < now() - interval '30 seconds')
               or (state = 'compensated' and (payment_open or order_open or stock_open))
            """
        ),
        (
            Waiting,
            "no message waits, but for its time",
            $$"""
            select (select count(*) from every_outbox)
                 + (select count(*) from every_queue)
                 + (select count(*) from every_inbox where {{IsLate}})
            """
        ),
        (
            "I12",
            "every purchase that has not ended has a timer",
            "select count(*) from checkout.checkouts where state not in ('completed', 'compensated') and wake_at is null"
        ),
        ("I15", "no message was given up; see deadletters list", "select count(*) from every_dead_letter where archived_at is null"),
    ];

    /// <summary>Prints each invariant and how often it is broken; exit code 1 when any is.</summary>
    /// <param name="owner">Connection string of the owner's login.</param>
    /// <param name="provider">Reads the provider's list; called for each look.</param>
    /// <param name="settle">Messages under way look like violations: look again for so long before saying so.</param>
    /// <param name="output">Gets the table.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(
        string owner,
        Func<CancellationToken, IAsyncEnumerable<ProviderPayment>> provider,
        TimeSpan settle,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, EveryStore, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = await LookAsync(connection, provider, cancellationToken);
            if (found.Any(f => f.Broken > 0) && Stopwatch.GetElapsedTime(started) < settle)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
                continue;
            }
            foreach (var (id, says, broken) in found)
                await output.WriteLineAsync($"{id, -4} {broken, 6}  {says}");
            if (found.Any(f => f is { Id: Waiting, Broken: > 0 }))
                await foreach (var one in SomeThatWaitAsync(connection, cancellationToken))
                    await output.WriteLineAsync(one);
            var sum = found.Sum(f => f.Broken);
            await output.WriteLineAsync($"{sum} violation(s)");
            return sum == 0 ? 0 : 1;
        }
    }

    private static async Task<List<(string Id, string Says, long Broken)>> LookAsync(
        NpgsqlConnection connection,
        Func<CancellationToken, IAsyncEnumerable<ProviderPayment>> provider,
        CancellationToken cancellationToken
    )
    {
        await ExecuteAsync(
            connection,
            """
            create temp table if not exists provider_payments (payment_id uuid, currency text, captured bigint, refunded bigint);
            truncate provider_payments;
            """,
            cancellationToken
        );
        await using (
            var import = await connection.BeginBinaryImportAsync("copy provider_payments from stdin (format binary)", cancellationToken)
        )
        {
            await foreach (var payment in ReadAsync(provider, cancellationToken))
            {
                await import.StartRowAsync(cancellationToken);
                await import.WriteAsync(payment.PaymentId, NpgsqlDbType.Uuid, cancellationToken);
                await import.WriteAsync(payment.Captured.Currency, NpgsqlDbType.Text, cancellationToken);
                await import.WriteAsync(payment.Captured.Minor, NpgsqlDbType.Bigint, cancellationToken);
                await import.WriteAsync(payment.Refunded.Minor, NpgsqlDbType.Bigint, cancellationToken);
            }
            await import.CompleteAsync(cancellationToken);
        }
        var found = new List<(string, string, long)>();
        foreach (var (id, says, count) in Invariants)
        {
            await using var command = new NpgsqlCommand(count, connection) { CommandTimeout = 120 };
            found.Add((id, says, Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), null)));
        }
        return found;
    }

    private static async IAsyncEnumerable<string> SomeThatWaitAsync(
        NpgsqlConnection connection,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(SomeThatWait, connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return reader.GetString(0);
    }

    // How a provider fails is its adapter's business; that it did is all there is to say here.
    private static async IAsyncEnumerable<ProviderPayment> ReadAsync(
        Func<CancellationToken, IAsyncEnumerable<ProviderPayment>> provider,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var payments = provider(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await IsAnotherAsync())
            yield return payments.Current;

        async Task<bool> IsAnotherAsync()
        {
            try
            {
                return await payments.MoveNextAsync();
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new CannotStartException($"The payment provider's books can't be read: {e.Message}");
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
