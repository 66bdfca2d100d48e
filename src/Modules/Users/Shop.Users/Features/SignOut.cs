using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Users.Data;

namespace Shop.Users.Features;

/// <summary>Ends a session.</summary>
/// <param name="RefreshToken">Any token of the session, used or not.</param>
public sealed record SignOut(string RefreshToken);

public sealed class SignOutValidator : AbstractValidator<SignOut>
{
    public SignOutValidator() =>
        RuleFor(r => r.RefreshToken).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
}

public static class SignOutEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/users/sign-out", HandleAsync)
            .WithName("Users.SignOut")
            .WithTags("Users")
            .WithSummary("Ends the session of a refresh token.")
            .WithDescription("Access tokens that are out already stay good for the rest of their 10 minutes.")
            .Validate<SignOut>()
            // The refresh token is the credential: one may sign out when the access token has run out.
            .AllowAnonymous();

    private static async Task<NoContent> HandleAsync(SignOut request, SessionStore sessions, CancellationToken cancellationToken)
    {
        await sessions.EndAsync(request.RefreshToken, cancellationToken);
        return TypedResults.NoContent();
    }
}
