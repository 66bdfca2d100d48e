using System.Security.Claims;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Carts.Domain;

namespace Shop.Carts.Data;

/// <summary>Saves what staff change: the change, who made it, and a new version of the rules, in one transaction.</summary>
internal static class StaffChanges
{
    /// <summary>Saves, with a line in the ledger. The rules' row is locked first, so staff change one after another.</summary>
    /// <param name="db">With the change in it.</param>
    /// <param name="caller">Who.</param>
    /// <param name="action">Such as <c>promotion.created</c>.</param>
    /// <param name="subject">An id or a code.</param>
    /// <param name="detail">What it is from now on; null when it is no more.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task SaveStaffChangeAsync(
        this CartsDbContext db,
        ClaimsPrincipal caller,
        string action,
        string subject,
        object? detail,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.RulesVersions.ExecuteUpdateAsync(set => set.SetProperty(v => v.Version, v => v.Version + 1), cancellationToken);
        db.StaffChanges.Add(
            new()
            {
                Actor = caller.UserId()?.ToString() ?? "unknown",
                Action = action,
                Subject = subject,
                Detail = detail is null ? null : JsonSerializer.Serialize(detail, JsonSerializerOptions.Web),
                At = now,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
