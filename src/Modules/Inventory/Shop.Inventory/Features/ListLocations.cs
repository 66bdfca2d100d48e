using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>A place where stock lies.</summary>
/// <param name="Id">The location.</param>
/// <param name="Name">For people.</param>
/// <param name="Priority">Holds take pieces from the lowest first.</param>
/// <param name="Active">False: nothing lies there and nothing may be put there.</param>
/// <param name="Main">Receipts are booked and backorders wait here.</param>
/// <param name="Version">Rises with each change; also the ETag.</param>
public sealed record LocationView(Guid Id, string Name, int Priority, bool Active, bool Main, long Version)
{
    internal static LocationView Of(Location l) => new(l.Id, l.Name, l.Priority, l.Active, l.Id == Location.Main, l.Version);
}

internal static class ListLocationsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/inventory/locations", ListAsync)
            .WithName("Inventory.ListLocations")
            .WithTags("Inventory")
            .WithSummary("Locations, by name")
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<LocationView>>, ProblemHttpResult>> ListAsync(
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
        var locations = await db
            .Locations.AsNoTracking()
            .Where(l => string.Compare(l.Name, after) > 0)
            .OrderBy(l => l.Name)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(locations.ConvertAll(LocationView.Of).ToPage(size, l => l.Name));
    }
}
