using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;

namespace Shop.Inventory.Features;

/// <summary>What a member of staff changed other than pieces.</summary>
/// <param name="Id">Rises in the order of writing.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">The staff member's user id.</param>
/// <param name="Subject"><c>location:</c> and its id, or <c>sku:</c> and the SKU.</param>
/// <param name="Before">What it was; null for something new.</param>
/// <param name="After">What it is.</param>
public sealed record SettingChangeView(long Id, DateTimeOffset At, string Actor, string Subject, JsonElement? Before, JsonElement After);

internal static class ListChangesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/inventory/changes", ListAsync)
            .WithName("Inventory.ListChanges")
            .WithTags("Inventory")
            .WithSummary("Who changed locations and policies, newest first, of one subject or all")
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<SettingChangeView>>, ProblemHttpResult>> ListAsync(
        InventoryDbContext db,
        CancellationToken cancellationToken,
        string? subject = null,
        string? cursor = null,
        int? limit = null
    )
    {
        var before = long.MaxValue;
        if (cursor is not null && !(Paging.TryDecode(cursor, out var key) && long.TryParse(key, CultureInfo.InvariantCulture, out before)))
            return Problems.Problem(400, "inventory.invalid_cursor", "Give back a nextCursor as it was received.");
        var size = Paging.Limit(limit);
        var changes = await db
            .Changes.AsNoTracking()
            .Where(c => c.Id < before && (subject == null || c.Subject == subject))
            .OrderByDescending(c => c.Id)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(
            changes
                .ConvertAll(c => new SettingChangeView(c.Id, c.At, c.Actor, c.Subject, Json(c.Before), Json(c.After)!.Value))
                .ToPage(size, c => c.Id.ToString(CultureInfo.InvariantCulture))
        );
    }

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}
