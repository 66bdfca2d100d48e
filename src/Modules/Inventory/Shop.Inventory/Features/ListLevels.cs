using System.Linq.Expressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>How much there is of one stock keeping unit.</summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="OnHand">Pieces in the house.</param>
/// <param name="Reserved">Pieces of these that are promised to purchases.</param>
/// <param name="Available">Pieces that can be bought: the difference.</param>
/// <param name="Version">Rises with each change; also the ETag.</param>
public sealed record StockLevel(string Sku, int OnHand, int Reserved, int Available, long Version)
{
    internal static readonly Expression<Func<StockItem, StockLevel>> Of = item => new StockLevel(
        item.Sku,
        item.OnHand,
        item.Reserved,
        item.OnHand - item.Reserved,
        item.Version
    );
}

internal static class ListLevelsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/inventory/levels", ListAsync)
            .WithName("Inventory.ListLevels")
            .WithTags("Inventory")
            .WithSummary("Stock levels, by SKU")
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<StockLevel>>, ProblemHttpResult>> ListAsync(
        InventoryDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var after = "";
        if (cursor is not null && !Paging.TryDecode(cursor, out after))
            return Problems.Problem(400, "inventory.invalid_cursor", "Give back a nextCursor as it was received.");
        var size = Paging.Limit(limit);
        var levels = await db
            .Items.Where(i => string.Compare(i.Sku, after) > 0)
            .OrderBy(i => i.Sku)
            .Take(size + 1)
            .Select(StockLevel.Of)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(levels.ToPage(size, l => l.Sku));
    }
}

internal static class GetLevelEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/inventory/levels/{sku}", GetAsync)
            .WithName("Inventory.GetLevel")
            .WithTags("Inventory")
            .WithSummary("Stock level of one SKU")
            .ProducesProblem(404)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<StockLevel>, ProblemHttpResult>> GetAsync(
        string sku,
        InventoryDbContext db,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var level = await db.Items.Where(i => i.Sku == sku).Select(StockLevel.Of).SingleOrDefaultAsync(cancellationToken);
        if (level is null)
            return Problems.NotFound("inventory.unknown_sku", "No such SKU.");
        response.Headers[HeaderNames.ETag] = $"\"{level.Version}\"";
        return TypedResults.Ok(level);
    }
}
