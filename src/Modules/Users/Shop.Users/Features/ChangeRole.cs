using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks;
using Shop.Users.Data;
using Shop.Users.Domain;

namespace Shop.Users.Features;

/// <summary>Gives a user another role.</summary>
/// <param name="Role"><c>customer</c>, <c>staff</c> or <c>admin</c>.</param>
public sealed record ChangeRole(string Role);

public sealed class ChangeRoleValidator : AbstractValidator<ChangeRole>
{
    public ChangeRoleValidator() => RuleFor(r => r.Role).Must(Roles.All.Contains).WithErrorCode("unknown_role");
}

public static class ChangeRoleEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/api/v1/users/{id:guid}/role", HandleAsync)
            .WithName("Users.ChangeRole")
            .WithTags("Users")
            .WithSummary("Gives a user another role.")
            .WithDescription(
                "Access tokens that are out already keep the old role for the rest of their 10 minutes. One admin always stays."
            )
            .Validate<ChangeRole>()
            .RequireAuthorization(Policies.Admin);

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> HandleAsync(
        Guid id,
        ChangeRole request,
        ClaimsPrincipal caller,
        UsersDbContext db,
        ILogger<ChangeRole> logger,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // All admins are locked: two of them who demote each other at once must not both succeed.
        var users = await db
            .Users.FromSql($"select * from users.users where role = {Roles.Admin} or id = {id} order by id for update")
            .ToListAsync(cancellationToken);
        if (users.SingleOrDefault(u => u.Id == id) is not { } user)
            return Problems.NotFound("users.unknown_user", "There is no such user.");
        if (user.Role == Roles.Admin && request.Role != Roles.Admin && users.Count(u => u.Role == Roles.Admin) == 1)
            return Problems.Conflict("users.last_admin", "Make somebody else admin first.");
        logger.LogInformation("User {UserId} goes from {OldRole} to {NewRole}, by {ActorId}", id, user.Role, request.Role, caller.UserId());
        user.Role = request.Role;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Ok(new UserView(user.Id, user.Email, user.Name, user.Role));
    }
}
