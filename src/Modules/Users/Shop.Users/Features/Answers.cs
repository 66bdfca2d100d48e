using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.BuildingBlocks;
using Shop.Users.Credentials;

namespace Shop.Users.Features;

/// <summary>What a client gets for a sign-in or a refresh.</summary>
/// <param name="AccessToken">JWT for the header <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds the access token is good for.</param>
/// <param name="RefreshToken">Good for one exchange at <c>/api/v1/users/refresh</c>.</param>
public sealed record SignedIn(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);

/// <summary>Answers that several of Users' endpoints give.</summary>
internal static class Answers
{
    /// <summary>Both tokens, never to be kept by a cache.</summary>
    public static Ok<SignedIn> SignedIn(HttpResponse response, string accessToken, string refreshToken)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SignedIn(accessToken, "Bearer", (int)AccessTokenIssuer.Lifetime.TotalSeconds, refreshToken));
    }

    /// <summary>429: too many tries in vain.</summary>
    public static ProblemHttpResult TooManyTries(HttpResponse response, TimeSpan wait)
    {
        RetryAfter(response, wait);
        return Problems.Problem(429, "users.too_many_attempts", "Too many attempts. Try again later.");
    }

    /// <summary>503: too many passwords wait to be hashed.</summary>
    public static ProblemHttpResult Busy(HttpResponse response)
    {
        RetryAfter(response, TimeSpan.FromSeconds(5));
        return Problems.Problem(503, "users.busy", "Too many people are signing in right now. Try again in a moment.");
    }

    private static void RetryAfter(HttpResponse response, TimeSpan wait) =>
        response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
