using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>What staff do with the groups of customers that promotions are for.</summary>
public static class ManageGroupsEndpoints
{
    private const string Members = "/api/v1/carts/customer-groups/{group}/members";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(Members, ListAsync)
            .WithName("Carts.ListGroupMembers")
            .WithTags("Carts")
            .WithSummary("Customers in a group.")
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPut(Members + "/{customerId:guid}", AddAsync)
            .WithName("Carts.AddGroupMember")
            .WithTags("Carts")
            .WithSummary("Takes a customer into a group; promotions for the group are theirs from now on.")
            .RequireAuthorization(Policies.Staff);
        routes
            .MapDelete(Members + "/{customerId:guid}", RemoveAsync)
            .WithName("Carts.RemoveGroupMember")
            .WithTags("Carts")
            .WithSummary("Takes a customer out of a group.")
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Results<Ok<Page<Guid>>, ProblemHttpResult>> ListAsync(
        string group,
        CartsDbContext db,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        var after = Guid.Empty;
        if (cursor is not null && !(Paging.TryDecode(cursor, out var key) && Guid.TryParse(key, out after)))
            return Problems.Problem(400, "carts.invalid_cursor", "Give back a nextCursor as it was received.");
        var size = Paging.Limit(limit);
        var members = await db
            .GroupMembers.Where(m => m.CustomerGroup == group && m.CustomerId > after)
            .OrderBy(m => m.CustomerId)
            .Take(size + 1)
            .Select(m => m.CustomerId)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(members.ToPage(size, id => id.ToString()));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> AddAsync(
        string group,
        Guid customerId,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (group.Length > 50)
            return Problems.Problem(400, "carts.invalid_group", "A group's name has at most 50 characters.");
        if (await db.GroupMembers.AnyAsync(m => m.CustomerGroup == group && m.CustomerId == customerId, cancellationToken))
            return TypedResults.NoContent();
        db.GroupMembers.Add(new(group, customerId));
        try
        {
            await db.SaveStaffChangeAsync(caller, "group.member_added", group, customerId, clock.GetUtcNow(), cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Somebody else was faster; the customer is in it.
        }
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveAsync(
        string group,
        Guid customerId,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var member = await db.GroupMembers.SingleOrDefaultAsync(
            m => m.CustomerGroup == group && m.CustomerId == customerId,
            cancellationToken
        );
        if (member is null)
            return TypedResults.NoContent();
        db.GroupMembers.Remove(member);
        try
        {
            await db.SaveStaffChangeAsync(caller, "group.member_removed", group, customerId, clock.GetUtcNow(), cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else was faster; the customer is out of it.
        }
        return TypedResults.NoContent();
    }
}

/// <summary>A line of the ledger of what staff changed in Carts.</summary>
/// <param name="Id">Rises in the order of writing.</param>
/// <param name="Actor">The staff member's user id.</param>
/// <param name="Action">Such as <c>promotion.created</c>.</param>
/// <param name="Subject">What was changed: an id or a code.</param>
/// <param name="Detail">JSON of what it is since then; null when it is no more.</param>
/// <param name="At">When, UTC.</param>
public sealed record StaffChangeView(long Id, string Actor, string Action, string Subject, string? Detail, DateTimeOffset At);

public static class ListStaffChangesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/carts/staff-changes", ListAsync)
            .WithName("Carts.ListStaffChanges")
            .WithTags("Carts")
            .WithSummary("What staff changed of promotions, tax rates, shipping methods and groups, newest first.")
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Page<StaffChangeView>>, ProblemHttpResult>> ListAsync(
        CartsDbContext db,
        CancellationToken cancellationToken,
        string? subject = null,
        string? cursor = null,
        int? limit = null
    )
    {
        var before = long.MaxValue;
        if (cursor is not null && !(Paging.TryDecode(cursor, out var key) && long.TryParse(key, CultureInfo.InvariantCulture, out before)))
            return Problems.Problem(400, "carts.invalid_cursor", "Give back a nextCursor as it was received.");
        var size = Paging.Limit(limit);
        var changes = await db
            .StaffChanges.Where(c => c.Id < before && (subject == null || c.Subject == subject))
            .OrderByDescending(c => c.Id)
            .Take(size + 1)
            .Select(c => new StaffChangeView(c.Id, c.Actor, c.Action, c.Subject, c.Detail, c.At))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(changes.ToPage(size, c => c.Id.ToString(CultureInfo.InvariantCulture)));
    }
}
