using System.Globalization;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>A line of the adjustments ledger.</summary>
/// <param name="Id">Rises in the order of writing.</param>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="Delta">Pieces in (positive) or out (negative); 0 when they stayed on hand.</param>
/// <param name="OnHand">Pieces in the house after it, over all locations.</param>
/// <param name="Version">The level's version after it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Actor">The staff member's user id, or <c>system</c>.</param>
/// <param name="At">When, UTC.</param>
/// <param name="LocationId">Where.</param>
/// <param name="DamagedDelta">Damaged pieces more or fewer.</param>
/// <param name="SafetyStockDelta">Pieces of safety stock more or fewer.</param>
/// <param name="Reference">The lines of one move share it; of what was shipped, the reservation; else null.</param>
public sealed record Adjustment(
    long Id,
    string Sku,
    int Delta,
    int OnHand,
    long Version,
    string Reason,
    string Actor,
    DateTimeOffset At,
    Guid LocationId,
    int DamagedDelta,
    int SafetyStockDelta,
    Guid? Reference
)
{
    internal static readonly Expression<Func<Movement, Adjustment>> Of = m => new Adjustment(
        m.Id,
        m.Sku,
        m.Delta,
        m.OnHand,
        m.Version,
        m.Reason,
        m.Actor,
        m.At,
        m.LocationId,
        m.DamagedDelta,
        m.SafetyStockDelta,
        m.Reference
    );

    internal static readonly Func<Movement, Adjustment> From = Of.Compile();
}

internal static class ListAdjustmentsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/inventory/adjustments", ListAsync)
            .WithName("Inventory.ListAdjustments")
            .WithTags("Inventory")
            .WithSummary("The adjustments ledger, newest first, of one SKU or all")
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<Adjustment>>, ProblemHttpResult>> ListAsync(
        InventoryDbContext db,
        CancellationToken cancellationToken,
        string? sku = null,
        string? cursor = null,
        int? limit = null
    )
    {
        var before = long.MaxValue;
        if (cursor is not null && !(Paging.TryDecode(cursor, out var key) && long.TryParse(key, CultureInfo.InvariantCulture, out before)))
            return Problems.Problem(400, "inventory.invalid_cursor", "Give back a nextCursor as it was received.");
        var size = Paging.Limit(limit);
        var adjustments = await db
            .Movements.Where(m => m.Id < before && (sku == null || m.Sku == sku))
            .OrderByDescending(m => m.Id)
            .Take(size + 1)
            .Select(Adjustment.Of)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(adjustments.ToPage(size, a => a.Id.ToString(CultureInfo.InvariantCulture)));
    }
}
