using Npgsql;

namespace Shop.Host.Migrations;

/// <summary>What a shop that is one process again must not leave behind: it reads none of the queues between processes.</summary>
internal static class Leftovers
{
    // Tables of stores that this process doesn't read, and what the shop's own store took from queues or would send to them.
    private const string Counts = """
        select format('select count(*) from %I.%I', n.nspname, c.relname)
            || case
                 when c.relname like '%incoming%' and n.nspname = 'wolverine' then $$ where status <> 'Handled' and received_at !~ '^local'$$
                 when c.relname like '%incoming%' then $$ where status <> 'Handled'$$
                 when n.nspname = 'wolverine' then $$ where destination !~ '^(local|dbcontrol)'$$
                 else ''
               end
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r'
          and (n.nspname = 'shop_queues'
            or n.nspname like 'wolverine\_%' and c.relname in ('wolverine_incoming_envelopes', 'wolverine_outgoing_envelopes')
            or n.nspname = 'wolverine' and c.relname in ('wolverine_incoming_envelopes', 'wolverine_outgoing_envelopes'))
        """;

    /// <summary>Counts what waits in the queues, inboxes and outboxes of a shop that was several processes.</summary>
    /// <param name="owner">Connection string of the owner's login.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CannotStartException">Something does.</exception>
    public static async Task DemandNoneAsync(string owner, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(cancellationToken);
        var counts = new List<string>();
        await using (var find = new NpgsqlCommand(Counts, connection))
        await using (var rows = await find.ExecuteReaderAsync(cancellationToken))
            while (await rows.ReadAsync(cancellationToken))
                counts.Add(rows.GetString(0));
        var waiting = 0L;
        foreach (var sql in counts)
        {
            await using var count = new NpgsqlCommand(sql, connection);
            waiting += (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        }
        if (waiting > 0)
            throw new CannotStartException(
                $"{waiting} message(s) wait between the processes of a shop that was several. Set Modules__<Name>__Moving=true and Modules__<Name>__Url until they are handled."
            );
    }
}
