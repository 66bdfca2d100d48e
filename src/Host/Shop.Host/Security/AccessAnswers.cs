using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Shop.BuildingBlocks;

namespace Shop.Host.Security;

/// <summary>Says no as every other failure is said: problem+json with a stable code.</summary>
public sealed class AccessAnswers : IAuthorizationMiddlewareResultHandler
{
    /// <inheritdoc />
    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        // The fallback policy is asked for unknown addresses too; those are 404 for everybody.
        if (authorizeResult.Succeeded || context.GetEndpoint() is null)
            return next(context);
        if (authorizeResult.Forbidden)
            return Problems.Problem(403, "shop.forbidden", "You may not do this.").ExecuteAsync(context);
        return RefuseTokenAsync(context);
    }

    /// <summary>401: there is no token, or it is not good. 503 as long as nobody can tell: a good token must not be thrown away for that.</summary>
    public static Task RefuseTokenAsync(HttpContext context)
    {
        var isBad = context.Request.Headers.Authorization.Count > 0;
        if (isBad && context.RequestServices.GetRequiredService<SigningKeyCache>().IsEmpty)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problems.Problem(503, "shop.unavailable", "The shop is still starting. Try again in a moment.").ExecuteAsync(context);
        }
        context.Response.Headers.WWWAuthenticate = isBad ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Problems.Problem(401, "shop.unauthenticated", "Sign in first.").ExecuteAsync(context);
    }
}
