using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>Pieces more or fewer of one item at one location.</summary>
internal sealed record PiecesChange(Guid LocationId, int OnHand, int Damaged, int SafetyStock)
{
    public int Available => OnHand - Damaged - SafetyStock;
}

/// <summary>A change of pieces by a member of staff, and what makes a second sending of it harmless.</summary>
/// <param name="Sku">The item.</param>
/// <param name="Locations">The locations it is about.</param>
/// <param name="Decide">What to change, given the levels there.</param>
/// <param name="Reason">Shown in the ledger.</param>
/// <param name="Actor">Who.</param>
/// <param name="Key">The Idempotency-Key.</param>
/// <param name="Hash">Of the request under that key.</param>
/// <param name="IfMatch">The item's ETag as the caller knows it; null when it doesn't matter.</param>
internal sealed record StaffChange(
    string Sku,
    Guid[] Locations,
    Func<IReadOnlyDictionary<Guid, LocationLevel>, PiecesChange[]> Decide,
    string Reason,
    string Actor,
    string Key,
    byte[] Hash,
    string? IfMatch
);

/// <summary>Writes changes of pieces by hand: ledger, levels and what others hear of it, in one transaction.</summary>
internal static class LedgerWriting
{
    /// <summary>The lines written, or those written under this key before; else why not.</summary>
    public static async Task<(List<Movement>? Lines, ProblemHttpResult? Problem)> WriteAsync(
        this IDbContextOutbox<InventoryDbContext> outbox,
        StaffChange change,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await outbox.DbContext.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            return await ApplyAsync(outbox, change, clock, cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The same key for another item at the same time: the other request was first, and this one has changed nothing.
            await transaction.RollbackAsync(cancellationToken);
            outbox.DbContext.ChangeTracker.Clear();
            return Replay((await FindAsync(outbox.DbContext, change, cancellationToken))!, change);
        }
    }

    private static async Task<(List<Movement>?, ProblemHttpResult?)> ApplyAsync(
        IDbContextOutbox<InventoryDbContext> outbox,
        StaffChange change,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        // Locked, so that what is decided here is still so when it is written, and a twin of this request has written its lines by now.
        var item = await db.LockItemAsync(change.Sku, cancellationToken);
        if (await FindAsync(db, change, cancellationToken) is { } earlier)
            return Replay(earlier, change);
        if (item is null)
            return (null, Problems.NotFound("inventory.unknown_sku", "No such SKU."));
        if (change.IfMatch is not null && change.IfMatch != $"\"{item.Version}\"")
            return (null, Problems.Problem(412, "inventory.version_mismatch", "The level has changed meanwhile."));
        var locations = await db.KeepLocationsAsync(change.Locations, cancellationToken);
        if (locations.Count < change.Locations.Distinct().Count())
            return (null, Problems.NotFound("inventory.unknown_location", "No such location."));
        if (locations.Any(l => !l.Active))
            return (null, Problems.Conflict("inventory.location_inactive", "Nothing can be put there or taken from there."));

        var levels = await LevelsAsync(db, change, cancellationToken);
        var changes = change.Decide(levels);
        if (Refusal(item, levels, changes) is { } refusal)
            return (null, refusal);
        var lines = Book(db, item, levels, changes, change, Microseconds(clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        await db
            .Items.Where(i => i.Sku == change.Sku)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(i => i.OnHand, lines[0].OnHand)
                        .SetProperty(i => i.Unavailable, item.Unavailable + changes.Sum(c => c.Damaged + c.SafetyStock))
                        .SetProperty(i => i.Version, lines[0].Version),
                cancellationToken
            );
        var delta = changes.Sum(c => c.Available);
        if (Availability.Crossed(item.Sellable + delta, delta))
            await outbox.PublishAsync(new AvailabilityChanged([new(item.Sku, item.Sellable + delta > 0, lines[0].Version)]));
        if (Availability.BecameLow(item.Available, item.Available + delta, item.LowStockThreshold))
            await outbox.PublishAsync(new StockLow([new(item.Sku, item.Available + delta, item.LowStockThreshold ?? 0, lines[0].Version)]));
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        return (lines, null);
    }

    private static async Task<Dictionary<Guid, LocationLevel>> LevelsAsync(
        InventoryDbContext db,
        StaffChange change,
        CancellationToken cancellationToken
    )
    {
        var levels = await db
            .Levels.AsTracking()
            .Where(l => l.Sku == change.Sku && change.Locations.Contains(l.LocationId))
            .ToDictionaryAsync(l => l.LocationId, cancellationToken);
        foreach (var id in change.Locations)
            if (!levels.ContainsKey(id))
                db.Levels.Add(levels[id] = new LocationLevel { Sku = change.Sku, LocationId = id });
        return levels;
    }

    private static ProblemHttpResult? Refusal(StockItem item, Dictionary<Guid, LocationLevel> levels, PiecesChange[] changes)
    {
        foreach (var c in changes)
        {
            var level = levels[c.LocationId];
            if (level.Damaged + c.Damaged < 0 || level.SafetyStock + c.SafetyStock < 0 || (long)level.OnHand + c.OnHand < 0)
                return Problems.Conflict("inventory.too_few", "There are not so many pieces of that kind.");
            if (c.Available < 0 && (long)level.Available + c.Available < 0)
                return Problems.Conflict("inventory.would_oversell", "Less would be left than is promised.");
        }
        var available = changes.Sum(c => c.Available);
        if (available < 0 && (long)item.Available + available < 0)
            return Problems.Conflict("inventory.would_oversell", "Less would be left than is promised.");
        if (changes.Sum(c => (long)c.OnHand) + item.OnHand > int.MaxValue)
            return Problems.Unprocessable("inventory.too_many", "No level can be that high.");
        return null;
    }

    private static List<Movement> Book(
        InventoryDbContext db,
        StockItem item,
        Dictionary<Guid, LocationLevel> levels,
        PiecesChange[] changes,
        StaffChange change,
        DateTimeOffset at
    )
    {
        Guid? reference = changes.Length > 1 ? Guid.CreateVersion7(at) : null;
        var lines = new List<Movement>();
        foreach (var c in changes)
        {
            var level = levels[c.LocationId];
            level.OnHand += c.OnHand;
            level.Damaged += c.Damaged;
            level.SafetyStock += c.SafetyStock;
            lines.Add(
                new Movement
                {
                    Sku = item.Sku,
                    LocationId = c.LocationId,
                    Delta = c.OnHand,
                    DamagedDelta = c.Damaged,
                    SafetyStockDelta = c.SafetyStock,
                    OnHand = item.OnHand + changes.Sum(x => x.OnHand),
                    Version = item.Version + 1,
                    Reason = change.Reason,
                    Actor = change.Actor,
                    At = at,
                    Reference = reference,
                    // One line stands for all of them.
                    IdempotencyKey = lines.Count == 0 ? change.Key : null,
                    RequestHash = lines.Count == 0 ? change.Hash : null,
                }
            );
        }
        db.Movements.AddRange(lines);
        return lines;
    }

    private static async Task<List<Movement>?> FindAsync(InventoryDbContext db, StaffChange change, CancellationToken cancellationToken)
    {
        var movements = db.Movements.AsNoTracking();
        var first = await movements.SingleOrDefaultAsync(m => m.Actor == change.Actor && m.IdempotencyKey == change.Key, cancellationToken);
        if (first?.Reference is null)
            return first is null ? null : [first];
        return await movements
            .Where(m => m.Sku == first.Sku && m.Reference == first.Reference)
            .OrderBy(m => m.Id)
            .ToListAsync(cancellationToken);
    }

    private static (List<Movement>?, ProblemHttpResult?) Replay(List<Movement> earlier, StaffChange change) =>
        change.Hash.AsSpan().SequenceEqual(earlier[0].RequestHash)
            ? (earlier, null)
            : (null, Problems.Unprocessable("inventory.idempotency_key_reused", "This Idempotency-Key was used for something else."));

    // As exact as the database keeps it, so that a replay is the first answer to the letter.
    private static DateTimeOffset Microseconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
}
