using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Users.Contracts;
using Shop.Users.Credentials;

namespace Shop.Users.Features;

/// <summary>Answers the host, which checks access tokens.</summary>
public sealed class GetSigningKeysHandler
{
    public static SigningKeys Handle(GetSigningKeys query, SigningKeyRing keys) => new(keys.JsonWebKeySet);
}

/// <summary>Publishes the same keys to whoever else wants to check our tokens.</summary>
public static class GetSigningKeysEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/.well-known/jwks.json", Handle)
            .WithName("Users.GetSigningKeys")
            .WithTags("Users")
            .WithSummary("The public keys that access tokens are signed with, as a JSON Web Key Set.")
            .AllowAnonymous();

    private static ContentHttpResult Handle(SigningKeyRing keys, HttpResponse response)
    {
        response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Text(keys.JsonWebKeySet, "application/jwk-set+json");
    }
}
