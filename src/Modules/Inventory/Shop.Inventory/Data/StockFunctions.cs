using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Contracts;
using Shop.Inventory.Features;

namespace Shop.Inventory.Data;

/// <summary>A row of <c>inventory.reserve_stock</c>.</summary>
/// <param name="Outcome"><c>reserved</c>, or the code of the rejection.</param>
/// <param name="Sku">The item, or the line at fault; null when it was all decided before.</param>
/// <param name="Requested">Pieces asked for.</param>
/// <param name="Available">Pieces left, or that could have been held.</param>
/// <param name="Version">The item's version; null for a line at fault.</param>
public sealed record ReservedRow(string Outcome, string? Sku, int? Requested, int? Available, long? Version);

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
/// The module's only raw SQL, in the caller's transaction: a lock, and calls of the functions that Data/Migrations/InitialFunctions.cs
/// creates, each one round trip.
/// </summary>
internal static class StockFunctions
{
    public static Task<List<ReservedRow>> ReserveAsync(
        this InventoryDbContext db,
        Guid id,
        IReadOnlyCollection<StockLine> lines,
        int holdSeconds,
        CancellationToken cancellationToken
    )
    {
        var (skus, quantities) = Merge(lines);
        return db
            .Database.SqlQuery<ReservedRow>(
                $"select outcome, sku, requested, available, version from inventory.reserve_stock({id}, {skus}, {quantities}, {holdSeconds})"
            )
            .ToListAsync(cancellationToken);
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
        Guid receiptId,
        IReadOnlyCollection<StockLine> lines,
        string reason,
        string actor,
        CancellationToken cancellationToken
    )
    {
        var (skus, quantities) = Merge(lines);
        return db
            .Database.SqlQuery<CrossedRow>(
                $"select sku, available, version from inventory.receive_stock({receiptId}, {skus}, {quantities}, {reason}, {actor})"
            )
            .ToListAsync(cancellationToken);
    }

    /// <summary>Reads a level and keeps it as it is until the transaction ends; null when there is none.</summary>
    public static async Task<StockLevel?> LockLevelAsync(this InventoryDbContext db, string sku, CancellationToken cancellationToken) =>
        (
            await db
                .Database.SqlQuery<StockLevel>(
                    $"select sku, on_hand, reserved, on_hand - reserved as available, version from inventory.stock_items where sku = {sku} for update"
                )
                .ToListAsync(cancellationToken)
        ).SingleOrDefault();

    /// <summary>Lines of one SKU as one; a sum that no stock could meet stays one that no stock can meet.</summary>
    private static (string[] Skus, int[] Quantities) Merge(IEnumerable<StockLine> lines)
    {
        var merged = lines.GroupBy(l => l.Sku, l => (long)l.Quantity, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal);
        var pairs = merged.Select(g => (Sku: g.Key, Quantity: (int)Math.Min(g.Sum(), int.MaxValue))).ToArray();
        return ([.. pairs.Select(p => p.Sku)], [.. pairs.Select(p => p.Quantity)]);
    }
}
