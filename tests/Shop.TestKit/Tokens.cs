using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shop.BuildingBlocks;

namespace Shop.TestKit;

/// <summary>Signed-in callers without signing in: tokens by a key that the host under test is told to trust.</summary>
public static class Tokens
{
    // Connections are shared, clients are not: a test may change its client's headers.
    private static readonly SocketsHttpHandler Handler = new() { UseCookies = false };

    /// <summary>The key of <see cref="TestSettings.SigningKey"/>, which every host under test signs with.</summary>
    public static ECDsaSecurityKey SigningKey { get; } = Named(Read(TestSettings.SigningKey));

    /// <summary>A client whose every request carries a good token.</summary>
    /// <param name="shop">The running shop.</param>
    /// <param name="role">One of <see cref="Policies"/>' names.</param>
    /// <param name="userId">The user; somebody new when left out.</param>
    public static HttpClient ClientAs(this ShopFixture shop, string role, Guid? userId = null) =>
        shop.ClientWith(Create(role, userId ?? Guid.CreateVersion7()));

    /// <summary>A client whose every request carries this token.</summary>
    public static HttpClient ClientWith(this ShopFixture shop, string accessToken)
    {
        var client = new HttpClient(Handler, disposeHandler: false) { BaseAddress = shop.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    /// <summary>A good token, or one that <paramref name="forge"/> has spoilt.</summary>
    public static string Create(string role, Guid userId, Action<SecurityTokenDescriptor>? forge = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            TokenType = AccessTokens.Type,
            Issuer = AccessTokens.Issuer,
            Audience = AccessTokens.Audience,
            IssuedAt = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { [TokenClaims.Subject] = userId.ToString(), [TokenClaims.Role] = role },
            SigningCredentials = new SigningCredentials(SigningKey, SecurityAlgorithms.EcdsaSha256),
        };
        forge?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    /// <summary>A fresh key on P-256 that calls itself by its thumbprint.</summary>
    public static ECDsaSecurityKey NewKey() => Named(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static ECDsa Read(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key;
    }

    private static ECDsaSecurityKey Named(ECDsa ecdsa)
    {
        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }
}
