using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shop.BuildingBlocks;

namespace Shop.Users.Credentials;

/// <summary>Signs access tokens (RFC 9068). They can't be called back, which is why they live so briefly.</summary>
public sealed class AccessTokenIssuer(SigningKeyRing keys, TimeProvider clock)
{
    /// <summary>How long a token is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>A token for one user in one role.</summary>
    public string Issue(Guid userId, string role)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(
            new SecurityTokenDescriptor
            {
                TokenType = AccessTokens.Type,
                Issuer = AccessTokens.Issuer,
                Audience = AccessTokens.Audience,
                IssuedAt = now,
                Expires = now + Lifetime,
                Claims = new Dictionary<string, object>
                {
                    [TokenClaims.Subject] = userId.ToString(),
                    [TokenClaims.Role] = role,
                    [JwtRegisteredClaimNames.Jti] = Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
                },
                SigningCredentials = keys.Signing,
            }
        );
    }
}
