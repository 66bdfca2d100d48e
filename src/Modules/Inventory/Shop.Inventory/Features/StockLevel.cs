using System.Data;
using Microsoft.EntityFrameworkCore;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>
/// How much there is of one stock keeping unit over all locations, in Shopify's words: on hand = available + committed + reserved + damaged +
/// safety stock.
/// </summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="OnHand">Pieces in the house.</param>
/// <param name="Available">Pieces that can be bought; below zero by what is backordered.</param>
/// <param name="Committed">Pieces that are sold and not shipped.</param>
/// <param name="Reserved">Pieces that are held for purchases under way.</param>
/// <param name="Damaged">Pieces that nobody can be sold.</param>
/// <param name="SafetyStock">Pieces that are kept back.</param>
/// <param name="Backorder">Holds may go beyond stock.</param>
/// <param name="BackorderLimit">By how many pieces at most.</param>
/// <param name="LowStockThreshold">Low is this many available or fewer; null when nobody wants to know.</param>
/// <param name="Version">Rises with each change; also the ETag.</param>
/// <param name="Locations">The same by location, in the order in which holds take from them.</param>
public sealed record StockLevel(
    string Sku,
    int OnHand,
    int Available,
    int Committed,
    int Reserved,
    int Damaged,
    int SafetyStock,
    bool Backorder,
    int BackorderLimit,
    int? LowStockThreshold,
    long Version,
    IReadOnlyList<StockLevelAt> Locations
);

/// <summary>How much there is of one stock keeping unit at one location.</summary>
/// <param name="LocationId">The location.</param>
/// <param name="OnHand">Pieces that lie there.</param>
/// <param name="Available">Pieces that can be bought; below zero by what is backordered.</param>
/// <param name="Committed">Pieces that are sold and not shipped.</param>
/// <param name="Reserved">Pieces that are held for purchases under way.</param>
/// <param name="Damaged">Pieces that nobody can be sold.</param>
/// <param name="SafetyStock">Pieces that are kept back.</param>
public sealed record StockLevelAt(Guid LocationId, int OnHand, int Available, int Committed, int Reserved, int Damaged, int SafetyStock);

internal static class StockLevels
{
    /// <summary>
    /// Levels of the items that a query names, three statements in one snapshot. The row of an item counts what is promised, held or committed,
    /// in one number, so that a commit need not touch it; which of it is held, the holds say, and they are few at any time.
    /// </summary>
    public static async Task<List<StockLevel>> ReadAsync(
        InventoryDbContext db,
        Func<IQueryable<StockItem>, IQueryable<StockItem>> which,
        CancellationToken cancellationToken
    )
    {
        await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var items = await which(db.Items.AsNoTracking()).ToListAsync(cancellationToken);
        var skus = items.Select(i => i.Sku).ToArray();
        var places = await (
            from level in db.Levels
            join location in db.Locations on level.LocationId equals location.Id
            where skus.Contains(level.Sku)
            orderby location.Priority, location.Id
            select level
        )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        var held = await db
            .Reservations.Where(r => r.State == ReservationState.Held)
            .SelectMany(r => r.Lines)
            .Where(l => skus.Contains(l.Sku))
            .GroupBy(l => new { l.Sku, l.LocationId })
            .Select(g => new { g.Key, Pieces = g.Sum(l => l.Quantity) })
            .ToDictionaryAsync(g => (g.Key.Sku, g.Key.LocationId), g => g.Pieces, cancellationToken);
        var at = places
            .GroupBy(p => p.Sku, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => g.Select(p => At(p, held.GetValueOrDefault((p.Sku, p.LocationId)))).ToArray(),
                StringComparer.Ordinal
            );
        return [.. items.Select(i => Of(i, at.GetValueOrDefault(i.Sku, [])))];
    }

    private static StockLevelAt At(LocationLevel level, int held) =>
        new(level.LocationId, level.OnHand, level.Available, level.Reserved - held, held, level.Damaged, level.SafetyStock);

    private static StockLevel Of(StockItem item, StockLevelAt[] places)
    {
        var held = places.Sum(p => p.Reserved);
        return new StockLevel(
            item.Sku,
            item.OnHand,
            item.Available,
            item.Reserved - held,
            held,
            places.Sum(p => p.Damaged),
            places.Sum(p => p.SafetyStock),
            item.Backorder,
            item.BackorderLimit,
            item.LowStockThreshold,
            item.Version,
            places
        );
    }
}
