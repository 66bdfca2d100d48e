using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.Users.Credentials;
using Shop.Users.Data;

namespace Shop.Users.Features;

/// <summary>Asks for new tokens.</summary>
/// <param name="RefreshToken">The one token of the session that was not exchanged yet.</param>
public sealed record RefreshSession(string RefreshToken);

public sealed class RefreshSessionValidator : AbstractValidator<RefreshSession>
{
    public RefreshSessionValidator() =>
        RuleFor(r => r.RefreshToken).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
}

public static class RefreshSessionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/users/refresh", HandleAsync)
            .WithName("Users.Refresh")
            .WithTags("Users")
            .WithSummary("Exchanges a refresh token for new tokens.")
            .WithDescription(
                "A refresh token is good once. Shown a second time, it ends the whole session: both holders must sign in again."
            )
            .Validate<RefreshSession>()
            .AllowAnonymous();

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> HandleAsync(
        RefreshSession request,
        SessionStore sessions,
        AccessTokenIssuer tokens,
        HttpResponse response,
        CancellationToken cancellationToken
    ) =>
        await sessions.RefreshAsync(request.RefreshToken, cancellationToken) is { } refreshed
            ? Answers.SignedIn(response, tokens.Issue(refreshed.UserId, refreshed.Role), refreshed.RefreshToken)
            : Problems.Problem(401, "users.invalid_refresh_token", "The session has ended. Sign in again.");
}
