using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.Users.Data;

namespace Shop.Users.Features;

/// <summary>A user as the user sees it.</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">Address.</param>
/// <param name="Name">As the person wants to be called.</param>
/// <param name="Role"><c>customer</c>, <c>staff</c> or <c>admin</c>.</param>
public sealed record UserView(Guid Id, string Email, string Name, string Role);

public static class GetMeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/users/me", HandleAsync)
            .WithName("Users.GetMe")
            .WithTags("Users")
            .WithSummary("The signed-in user.")
            .RequireAuthorization(Policies.Customer);

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> HandleAsync(
        ClaimsPrincipal caller,
        UsersDbContext db,
        CancellationToken cancellationToken
    )
    {
        var id = caller.UserId();
        var user = await db
            .Users.AsNoTracking()
            .Where(u => u.Id == id)
            .Select(u => new UserView(u.Id, u.Email, u.Name, u.Role))
            .SingleOrDefaultAsync(cancellationToken);
        return user is null ? Problems.NotFound("users.unknown_user", "There is no such user any more.") : TypedResults.Ok(user);
    }
}
