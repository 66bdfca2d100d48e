using System.Globalization;
using Npgsql;
using Shop.Host.Messaging;
using Shop.Host.Topology;
using Shop.Host.Traffic;

namespace Shop.Host.Commands;

/// <summary>
/// <c>traffic</c> shows the switches; <c>traffic Inventory 25%</c> (or <c>local</c>, <c>remote</c>) moves one. At either end it also sees
/// to the messages that wait on the side that gives the module up.
/// </summary>
internal static class TrafficCommand
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Name = "traffic";

    /// <summary>Shows the switches.</summary>
    public static async Task<int> ListAsync(TrafficStore store, TextWriter output, CancellationToken cancellationToken)
    {
        var switches = (await store.ReadAsync(cancellationToken)).ToDictionary(s => s.Module);
        foreach (var module in Modules.All)
        {
            var now = switches.GetValueOrDefault(module.Name) ?? TrafficSwitch.Local(module.Name);
            var since = now.ChangedAt is { } at ? $"  since {at:u} by {now.ChangedBy}{(now.Reason is null ? "" : $": {now.Reason}")}" : "";
            await output.WriteLineAsync($"{now.Module, -14}{now.Percent, 4} %{(now.Shadow ? "  shadow" : "")}{since}");
        }
        return 0;
    }

    /// <summary>Moves a switch.</summary>
    /// <param name="app">The host, built and not started.</param>
    /// <param name="name">The module.</param>
    /// <param name="share"><c>local</c>, <c>remote</c>, or a percentage.</param>
    /// <param name="output">Gets what was done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> MoveAsync(
        WebApplication app,
        string name,
        string share,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (Modules.All.SingleOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } module)
            return await RefuseAsync($"There is no module {name}.");
        if (PercentOf(share) is not { } percent)
            return await RefuseAsync($"{share} is no share: say local, remote or a percentage such as 25%.");
        var store = app.Services.GetRequiredService<TrafficStore>();
        var to = new TrafficSwitch(
            module.Name,
            percent,
            app.Configuration.GetValue("shadow", false),
            null,
            "operator",
            app.Configuration["reason"]
        );
        await store.MoveAsync(to, onlyFrom: null, cancellationToken);
        await output.WriteLineAsync($"{module.Name}: {percent} % of callers go to the other side, known everywhere within 5 s.");
        if (percent is not (0 or 100))
            return 0;
        var consumers = Consumer.All.Where(c => c.Module == module && !c.IsQuery).ToArray();
        var rehoming = new Rehoming(
            app.Configuration.GetConnectionString("Shop")!,
            app.Services.GetRequiredService<ModuleTransport>().QueueOf(module),
            [.. consumers.Select(ModuleRoutes.LocalUriOf)]
        );
        var (shop, own) = (Placement.StoreSchema, $"{Placement.StoreSchema}_{module.Name.ToLowerInvariant()}");
        var (moved, left) =
            percent == 100
                ? await rehoming.RunAsync(from: shop, to: own, cancellationToken)
                : await rehoming.RunAsync(from: own, to: shop, cancellationToken);
        await output.WriteLineAsync($"{moved} waiting message(s) re-homed, {left} left behind.");
        return left == 0 ? 0 : 1;

        async Task<int> RefuseAsync(string reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return 2;
        }
    }

    private static int? PercentOf(string share) =>
        share.ToLowerInvariant() switch
        {
            "local" => 0,
            "remote" => 100,
            _ => int.TryParse(share.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100
                ? percent
                : null,
        };
}

/// <summary>
/// Moves messages of a module that wait in one deployable's inbox into another's: retries that are scheduled, and what a process that died
/// left. What a living process has in hand it finishes itself.
/// </summary>
/// <param name="owner">Connection string of the owner's login: no module may read another deployable's envelopes.</param>
/// <param name="queue">The module's queue.</param>
/// <param name="local">Its handlers' own queues inside a process.</param>
internal sealed class Rehoming(string owner, Uri queue, IReadOnlyList<Uri> local)
{
    // Longer than a process may take to learn of the move, and a handler to end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Moves until none is left, thirty seconds at most.</summary>
    /// <returns>How many were moved, and how many are left.</returns>
    public async Task<(long Moved, long Left)> RunAsync(string from, string to, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(cancellationToken);
        if (!await ExistAsync(connection, from, to, cancellationToken))
            return (0, 0);
        var until = TimeProvider.System.GetUtcNow() + Patience;
        for (long moved = 0; ; await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken))
        {
            moved += await MoveAsync(connection, from, to, cancellationToken);
            var left = await ScalarAsync(
                connection,
                $"select count(*) from {from}.wolverine_incoming_envelopes where {Mine}",
                cancellationToken
            );
            if (left == 0 || TimeProvider.System.GetUtcNow() > until)
                return (moved, left);
        }
    }

    private const string Mine = "status in ('Incoming', 'Scheduled') and received_at = any($1)";

    private Task<long> MoveAsync(NpgsqlConnection connection, string from, string to, CancellationToken cancellationToken) =>
        ScalarAsync(
            connection,
            $"""
            with gone as (
              delete from {from}.wolverine_incoming_envelopes
              where {Mine} and (status = 'Scheduled' or owner_id not in (select node_number from {from}.wolverine_nodes))
              returning *),
            moved as (
              insert into {to}.wolverine_incoming_envelopes
                (id, status, owner_id, execution_time, attempts, body, message_type, received_at, keep_until)
              select id, status, 0, execution_time, attempts, body, message_type, '{queue}', keep_until from gone
              on conflict do nothing
              returning 1)
            select count(*) from moved
            """,
            cancellationToken
        );

    private static async Task<bool> ExistAsync(NpgsqlConnection connection, string from, string to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select to_regclass('{from}.wolverine_incoming_envelopes') is not null and to_regclass('{to}.wolverine_incoming_envelopes') is not null",
            connection
        );
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<long> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = local.Append(queue).Select(u => u.ToString()).ToArray() });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
