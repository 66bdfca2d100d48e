using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Contracts;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Data;

/// <summary>A row of <c>inventory.hold_stock</c>.</summary>
/// <param name="Hold">Which of the holds, counted from 1.</param>
/// <param name="Outcome"><c>reserved</c>, or the code of the rejection.</param>
/// <param name="Sku">The item, or the line at fault; null when it was all decided before.</param>
/// <param name="Requested">Pieces asked for.</param>
/// <param name="Backordered">Pieces of these that are not there yet.</param>
/// <param name="Sellable">Pieces that can be bought afterwards, or that could have been held.</param>
/// <param name="Available">Pieces available afterwards.</param>
/// <param name="Threshold">What is low, for this item.</param>
/// <param name="Version">The item's version; null for a line at fault and for what was held before.</param>
public sealed record HeldRow(
    int Hold,
    string Outcome,
    string? Sku,
    int? Requested,
    int? Backordered,
    int? Sellable,
    int? Available,
    int? Threshold,
    long? Version
);

/// <summary>Levels that are not the sums they should be.</summary>
/// <param name="Found">How many.</param>
/// <param name="First">The first of them, as many as were asked for.</param>
public sealed record Drift(int Found, IReadOnlyList<DriftRow> First);

/// <summary>A row of <c>inventory.find_drift</c>.</summary>
/// <param name="Sku">The item.</param>
/// <param name="LocationId">Where; null for the item as a whole.</param>
/// <param name="Quantity">Which level: <c>on_hand</c>, <c>reserved</c>, <c>damaged</c>, <c>safety_stock</c> or <c>unavailable</c>.</param>
/// <param name="Level">What it is.</param>
/// <param name="Sum">What its parts add up to.</param>
public sealed record DriftRow(string Sku, Guid? LocationId, string Quantity, long Level, long Sum);

/// <summary>An item whose availability changed between none and some.</summary>
/// <param name="Sku">The item; null in a row that only counts.</param>
/// <param name="Available">Pieces available afterwards.</param>
/// <param name="Version">The item's version afterwards.</param>
public sealed record CrossedRow(string? Sku, int? Available, long? Version);

/// <summary>A row of <c>inventory.expire_holds</c>.</summary>
/// <param name="Expired">Holds ended by this call; the same in each row.</param>
/// <param name="Sku">An item that came into stock by it; null when none did.</param>
/// <param name="Available">Pieces available afterwards.</param>
/// <param name="Version">The item's version afterwards.</param>
public sealed record ExpiredRow(int Expired, string? Sku, int? Available, long? Version);

/// <summary>
/// The module's only raw SQL, in the caller's transaction: locks, and calls of the functions that Data/Migrations creates, each one
/// round trip.
/// </summary>
internal static class StockFunctions
{
    // Whoever has this lock checks for drift. Any constant will do, as long as every build of the shop uses the same.
    internal const long DriftTurn = 0x494E565F44524654;

    public static Task<List<HeldRow>> HoldAsync(
        this InventoryDbContext db,
        IReadOnlyList<ReserveStock> commands,
        CancellationToken cancellationToken
    )
    {
        var ids = commands.Select(c => c.ReservationId).ToArray();
        var seconds = commands.Select(c => c.HoldSeconds).ToArray();
        var lines = commands.SelectMany((c, n) => Merge(c.Lines).Select(line => (Of: n + 1, line.Sku, line.Quantity))).ToArray();
        var (of, skus, quantities) = (
            lines.Select(l => l.Of).ToArray(),
            lines.Select(l => l.Sku).ToArray(),
            lines.Select(l => l.Quantity).ToArray()
        );
        return db
            .Database.SqlQuery<HeldRow>(
                $"select hold, outcome, sku, requested, backordered, sellable, available, threshold, version from inventory.hold_stock({ids}, {seconds}, {of}, {skus}, {quantities})"
            )
            .ToListAsync(cancellationToken);
    }

    public static async Task<string> ConsumeAsync(
        this InventoryDbContext db,
        ConsumeReservation command,
        CancellationToken cancellationToken
    )
    {
        var lines = command.Lines is null ? null : Merge(command.Lines).ToArray();
        var (skus, quantities) = (lines?.Select(l => l.Sku).ToArray(), lines?.Select(l => l.Quantity).ToArray());
        return (
            await db
                .Database.SqlQuery<string>(
                    $"select inventory.consume_stock({command.ConsumptionId}, {command.ReservationId}, {skus}::text[], {quantities}::integer[])"
                )
                .ToListAsync(cancellationToken)
        )[0];
    }

    public static async Task<string> CommitAsync(this InventoryDbContext db, Guid id, CancellationToken cancellationToken) =>
        (await db.Database.SqlQuery<string>($"select inventory.commit_reservation({id})").ToListAsync(cancellationToken))[0];

    public static Task<List<CrossedRow>> ReleaseAsync(this InventoryDbContext db, Guid id, CancellationToken cancellationToken) =>
        db
            .Database.SqlQuery<CrossedRow>($"select sku, available, version from inventory.release_reservation({id})")
            .ToListAsync(cancellationToken);

    public static Task<List<ExpiredRow>> ExpireAsync(
        this InventoryDbContext db,
        int limit,
        TimeSpan grace,
        CancellationToken cancellationToken
    ) =>
        db
            .Database.SqlQuery<ExpiredRow>($"select expired, sku, available, version from inventory.expire_holds({limit}, {grace})")
            .ToListAsync(cancellationToken);

    public static Task<List<CrossedRow>> ReceiveAsync(
        this InventoryDbContext db,
        ReceiveStock command,
        string actor,
        CancellationToken cancellationToken
    )
    {
        var merged = Merge(command.Lines).ToArray();
        var (skus, quantities) = (merged.Select(l => l.Sku).ToArray(), merged.Select(l => l.Quantity).ToArray());
        var location = command.LocationId ?? Location.Main;
        return db
            .Database.SqlQuery<CrossedRow>(
                $"select sku, available, version from inventory.receive_stock({command.ReceiptId}, {skus}, {quantities}, {command.Reason}, {actor}, {location})"
            )
            .ToListAsync(cancellationToken);
    }

    /// <summary>Reads an item and keeps it and its levels as they are until the transaction ends; null when there is none.</summary>
    public static Task<StockItem?> LockItemAsync(this InventoryDbContext db, string sku, CancellationToken cancellationToken) =>
        db
            .Items.FromSql($"select * from inventory.stock_items where sku = {sku} for update")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Reads locations; none of them can be changed until the transaction ends.</summary>
    public static Task<List<Location>> KeepLocationsAsync(this InventoryDbContext db, Guid[] ids, CancellationToken cancellationToken) =>
        db
            .Locations.FromSql($"select * from inventory.locations where id = any ({ids}) order by id for share")
            .AsNoTracking()
            .ToListAsync(cancellationToken);

    /// <summary>
    /// Compares all levels with their sums; null when somebody is at it already, in whatever process. Reads whole tables, so it may take longer
    /// than a request, and takes one connection of the shop at most.
    /// </summary>
    public static async Task<Drift?> FindDriftAsync(
        this InventoryDbContext db,
        int first,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        db.Database.SetCommandTimeout(limit);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var milliseconds = ((long)limit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        // It reads whole tables, which no index makes quicker.
        await db.Database.ExecuteSqlAsync(
            $"select set_config('statement_timeout', {milliseconds}, true), set_config('enable_seqscan', 'on', true)",
            cancellationToken
        );
        var mine = await db.Database.SqlQuery<bool>($"select pg_try_advisory_xact_lock({DriftTurn})").ToListAsync(cancellationToken);
        if (!mine[0])
            return null;
        var rows = await db
            .Database.SqlQuery<CountedDriftRow>(
                $"select sku, location_id, quantity, level, sum, count(*) over () as found from inventory.find_drift() limit {first}"
            )
            .ToListAsync(cancellationToken);
        return new Drift(
            (int)rows.Select(r => r.Found).FirstOrDefault(),
            [.. rows.Select(r => new DriftRow(r.Sku, r.LocationId, r.Quantity, r.Level, r.Sum))]
        );
    }

    private sealed record CountedDriftRow(string Sku, Guid? LocationId, string Quantity, long Level, long Sum, long Found);

    /// <summary>Lines of one SKU as one; a sum that no stock could meet stays one that no stock can meet.</summary>
    private static IEnumerable<StockLine> Merge(IEnumerable<StockLine> lines) =>
        lines
            .GroupBy(l => l.Sku, l => (long)l.Quantity, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new StockLine(g.Key, (int)Math.Min(g.Sum(), int.MaxValue)));
}
