using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Shop.BuildingBlocks;

namespace Shop.Users.Tests.Slices;

public sealed class ForgedTokenTests(ShopFixture shop)
{
    private const string Protected = "/api/v1/users/me";
    private static readonly ECDsaSecurityKey Stranger = Tokens.NewKey();
    private static readonly Guid User = Guid.CreateVersion7();

    /// <summary>Each entry is one way to make a token that must not be believed.</summary>
    private static readonly Dictionary<string, Func<string>> Forgeries = new()
    {
        ["not a token"] = () => "hello",
        ["empty parts"] = () => "..",
        ["two parts only"] = () => Good().Split('.')[0] + "." + Good().Split('.')[1],
        ["five parts"] = () => Good() + ".a.b",
        ["alg none without signature"] = () => Unsigned("none"),
        ["alg None in other case"] = () => Unsigned("NoNe"),
        ["alg none with the good signature"] = () => WithHeader(Good(), h => h["alg"] = "none"),
        ["alg missing"] = () => WithHeader(Good(), h => h.Remove("alg")),
        ["HS256 with the public key as secret"] = () => Hmac(SubjectPublicKeyInfo()),
        ["HS256 with the public key's PEM as secret"] = () =>
            Hmac(Encoding.UTF8.GetBytes(Tokens.SigningKey.ECDsa.ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the JWK's x as secret"] = () => Hmac(Tokens.SigningKey.ECDsa.ExportParameters(false).Q.X!),
        ["HS256 with an empty secret"] = () => Hmac([]),
        ["RS256 by some RSA key"] = Rsa,
        ["ES384 by some key"] = Es384,
        ["a stranger's key under its own kid"] = () => Forge(t => t.SigningCredentials = Sign(Stranger)),
        ["a stranger's key under our kid"] = () => Forge(t => t.SigningCredentials = Sign(As(Stranger, Tokens.SigningKey.KeyId))),
        ["our key under an unknown kid"] = () => Forge(t => t.SigningCredentials = Sign(As(Tokens.SigningKey, "nobody"))),
        ["our key without kid"] = () => Forge(t => t.SigningCredentials = Sign(As(Tokens.SigningKey, null))),
        ["kid that is a path"] = () => Forge(t => t.SigningCredentials = Sign(As(Stranger, "../../../../dev/null"))),
        ["kid that is SQL"] = () => Forge(t => t.SigningCredentials = Sign(As(Stranger, "' or 1=1 --"))),
        ["kid of a megabyte's spirit"] = () => Forge(t => t.SigningCredentials = Sign(As(Stranger, new string('k', 4000)))),
        ["jku that points to the forger"] = () => WithHint("jku", "http://127.0.0.1:9/jwks.json"),
        ["x5u that points to the forger"] = () => WithHint("x5u", "http://127.0.0.1:9/cert.pem"),
        ["jwk that brings its own key"] = () => WithHint("jwk", JsonWebKeyConverter.ConvertFromECDsaSecurityKey(Stranger)),
        ["x5c that brings its own certificate"] = () => WithHint("x5c", new[] { "MIIB" }),
        ["expired a minute ago"] = () => Forge(t => t.Expires = t.IssuedAt!.Value.AddMinutes(-1)),
        ["without expiry"] = () => Forge(t => t.Expires = null),
        ["not good yet"] = () => Forge(t => t.NotBefore = t.IssuedAt!.Value.AddMinutes(5)),
        ["another issuer"] = () => Forge(t => t.Issuer = "https://evil.example"),
        ["without issuer"] = () => Forge(t => t.Issuer = null),
        ["another audience"] = () => Forge(t => t.Audience = "other-api"),
        ["without audience"] = () => Forge(t => t.Audience = null),
        ["an ID token's typ"] = () => Forge(t => t.TokenType = "JWT"),
        ["without typ"] = () => WithHeader(Good(), h => h.Remove("typ")),
        ["payload tampered: role"] = () => WithPayload(Good(), p => p["role"] = "admin"),
        ["payload tampered: sub"] = () => WithPayload(Good(), p => p["sub"] = Guid.CreateVersion7().ToString()),
        ["payload tampered: exp"] = () => WithPayload(Good(), p => p["exp"] = 99999999999),
        ["signature cut"] = () => Good()[..^4],
        ["signature of zeros"] = () => Unsigned("ES256") + Base64UrlEncoder.Encode(new byte[64]),
        ["signature in DER form"] = Der,
        ["signature of another token"] = () => Swap(Good(), Tokens.Create("admin", Guid.CreateVersion7())),
    };

    public static TheoryData<string> Names => [.. Forgeries.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task A_forged_token_is_refused(string forgery)
    {
        using var client = Bearer(Forgeries[forgery]());

        var response = await client.GetAsync(Protected, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        problem.GetProperty("code").GetString().ShouldBe("shop.unauthenticated");
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer error=\"invalid_token\"");
    }

    [Fact]
    public async Task A_good_token_is_believed()
    {
        using var client = shop.ClientAs(Policies.Customer, User);

        var response = await client.GetAsync(Protected, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_clock_that_is_seconds_behind_is_forgiven()
    {
        using var client = Bearer(Forge(t => t.Expires = t.IssuedAt!.Value.AddSeconds(-5)));

        var response = await client.GetAsync(Protected, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized);
    }

    [Theory, InlineData("?access_token="), InlineData("?token=")]
    public async Task A_token_in_the_address_is_not_looked_at(string query)
    {
        var response = await shop.Client.GetAsync(Protected + query + Good(), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Fact]
    public async Task An_address_that_does_not_exist_is_404_for_everybody()
    {
        var response = await shop.Client.GetAsync("/nowhere", TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private HttpClient Bearer(string token)
    {
        var client = new HttpClient { BaseAddress = shop.Client.BaseAddress };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token).ShouldBeTrue();
        return client;
    }

    private static string Good() => Tokens.Create("customer", User);

    private static string Forge(Action<SecurityTokenDescriptor> forge) => Tokens.Create("admin", User, forge);

    private static SigningCredentials Sign(SecurityKey key) => new(key, SecurityAlgorithms.EcdsaSha256);

    private static ECDsaSecurityKey As(ECDsaSecurityKey key, string? kid) => new(key.ECDsa) { KeyId = kid };

    private static byte[] SubjectPublicKeyInfo() => Tokens.SigningKey.ECDsa.ExportSubjectPublicKeyInfo();

    // A header that tells the verifier where the (wrong) key is to be had, signed by that key.
    private static string WithHint(string name, object value) =>
        Resign(WithHeader(Good(), h => h[name] = JsonSerializer.SerializeToElement(value)), Stranger);

    private static string Rsa() =>
        Forge(t => t.SigningCredentials = new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = Tokens.SigningKey.KeyId }, "RS256"));

    private static string Es384() =>
        Forge(t =>
            t.SigningCredentials = new(
                new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP384)) { KeyId = Tokens.SigningKey.KeyId },
                "ES384"
            )
        );

    private static string Der()
    {
        var parts = Good().Split('.');
        var signature = Tokens.SigningKey.ECDsa.SignData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        return $"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string Unsigned(string algorithm)
    {
        var parts = WithHeader(Good(), h => h["alg"] = algorithm).Split('.');
        return $"{parts[0]}.{parts[1]}.";
    }

    private static string Hmac(byte[] secret)
    {
        var parts = WithHeader(Good(), h => h["alg"] = "HS256").Split('.');
        var signature = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        return $"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string Resign(string token, ECDsaSecurityKey key)
    {
        var parts = token.Split('.');
        var signature = key.ECDsa.SignData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), HashAlgorithmName.SHA256);
        return $"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string Swap(string token, string other) => token[..token.LastIndexOf('.')] + other[other.LastIndexOf('.')..];

    private static string WithHeader(string token, Action<Dictionary<string, object>> change) => Rewrite(token, 0, change);

    private static string WithPayload(string token, Action<Dictionary<string, object>> change) => Rewrite(token, 1, change);

    private static string Rewrite(string token, int part, Action<Dictionary<string, object>> change)
    {
        var parts = token.Split('.');
        var members = JsonSerializer.Deserialize<Dictionary<string, object>>(Base64UrlEncoder.Decode(parts[part]))!;
        change(members);
        parts[part] = Base64UrlEncoder.Encode(JsonSerializer.Serialize(members));
        return string.Join('.', parts);
    }
}
