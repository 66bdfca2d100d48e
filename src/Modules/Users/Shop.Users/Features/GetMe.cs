using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;

namespace Shop.Users.Features;

public static class GetMeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/users/me", Handle)
            .WithName("Users.GetMe")
            .WithTags("Users")
            .WithSummary("The signed-in user.")
            .RequireAuthorization(Policies.Customer);

    private static Ok<Guid?> Handle(ClaimsPrincipal caller) => TypedResults.Ok(caller.UserId());
}
