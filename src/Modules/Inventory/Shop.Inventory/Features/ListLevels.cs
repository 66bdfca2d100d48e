using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;

namespace Shop.Inventory.Features;

internal static class ListLevelsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/inventory/levels", ListAsync)
            .WithName("Inventory.ListLevels")
            .WithTags("Inventory")
            .WithSummary("Stock levels, by SKU; with lowStock=true only those at their threshold or below")
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<StockLevel>>, ProblemHttpResult>> ListAsync(
        InventoryDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null,
        bool lowStock = false
    )
    {
        var after = "";
        if (cursor is not null && !Paging.TryDecode(cursor, out after))
            return Problems.Problem(400, "inventory.invalid_cursor", "Give back a nextCursor as it was received.");
        var size = Paging.Limit(limit);
        var levels = await StockLevels.ReadAsync(
            db,
            items =>
                items
                    .Where(i => string.Compare(i.Sku, after) > 0 && (!lowStock || i.Available <= i.LowStockThreshold))
                    .OrderBy(i => i.Sku)
                    .Take(size + 1),
            cancellationToken
        );
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
        var level = (await StockLevels.ReadAsync(db, items => items.Where(i => i.Sku == sku), cancellationToken)).SingleOrDefault();
        if (level is null)
            return Problems.NotFound("inventory.unknown_sku", "No such SKU.");
        response.Headers[HeaderNames.ETag] = $"\"{level.Version}\"";
        return TypedResults.Ok(level);
    }
}
