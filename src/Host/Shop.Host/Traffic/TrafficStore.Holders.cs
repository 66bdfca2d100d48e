using Shop.Host.Topology;

namespace Shop.Host.Traffic;

// Which process holds which module: each says so every few seconds.
public sealed partial class TrafficStore
{
    private readonly Guid _process = Guid.CreateVersion7();

    /// <summary>
    /// Why a switch can't be moved there: what the processes that run now say of themselves. Traffic goes only where somebody holds the module
    /// and expects it.
    /// </summary>
    /// <returns>A sentence that says what to do first; null when nothing speaks against it.</returns>
    internal async Task<string?> WhyNotAsync(string module, int percent, CancellationToken cancellationToken)
    {
        var holders = await HoldersAsync(module, cancellationToken);
        if (holders.Any(h => !h.IsMoving))
            return $"{module} is held by {string.Join(" and ", holders.Select(h => h.Deployable))} and doesn't move: start both sides with Modules__{module}__Moving=true first.";
        var isInShop = holders.Any(h => h.Deployable == Placement.Front);
        if (holders.Count == 1 && (isInShop ? percent > 0 : percent < 100))
            return $"{module} is held by {holders[0].Deployable} alone: start the other side with Modules__{module}__Moving=true first.";
        return null;
    }

    /// <summary>Notes which modules a process holds; a process that ends says so, and one that is killed is not believed for long.</summary>
    internal async Task NoteAsync(Placement placement, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            with dead as (delete from shop_traffic.places where seen_at < now() - interval '1 minute')
            insert into shop_traffic.places (process, deployable, module, is_moving)
            select $1, $2, m, m = any($4) from unnest($3) m
            on conflict (process, module) do update set seen_at = now()
            """,
            _process,
            placement.Deployable,
            placement.Hosted.Select(m => m.Name).ToArray(),
            placement.Modules.Where(m => m is { IsHere: true, IsMoving: true }).Select(m => m.Name).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes that back.</summary>
    internal async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("delete from shop_traffic.places where process = $1", _process);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The deployables that hold a module just now, and whether each takes it for moving.</summary>
    internal Task<List<(string Deployable, bool IsMoving)>> HoldersAsync(string module, CancellationToken cancellationToken) =>
        ListAsync(
            """
            select deployable, bool_and(is_moving) from shop_traffic.places
            where module = $1 and seen_at > now() - interval '20 seconds' group by deployable
            """,
            row => (row.GetString(0), row.GetBoolean(1)),
            cancellationToken,
            module
        );
}
