using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Users.Credentials;

/// <summary>The keys of the configuration: the first one signs access tokens, the public half of each is published.</summary>
public sealed class SigningKeyRing
{
    /// <summary>Reads the keys once; a key's id is its thumbprint (RFC 7638), so every host calls it the same.</summary>
    /// <exception cref="InvalidOperationException">There is no key, or one is no P-256 private key.</exception>
    public SigningKeyRing(IOptions<UsersOptions> options)
    {
        var keys = options.Value.SigningKeys.Select(Read).ToArray();
        if (keys.Length == 0)
            throw new InvalidOperationException(
                "Set Users__SigningKeys__0 to a PEM private key on P-256, which access tokens are signed with."
            );
        Signing = new SigningCredentials(keys[0], SecurityAlgorithms.EcdsaSha256);
        JsonWebKeySet = JsonSerializer.Serialize(new { keys = keys.DistinctBy(k => k.KeyId).Select(Publish) });
    }

    /// <summary>What access tokens are signed with.</summary>
    public SigningCredentials Signing { get; }

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517).</summary>
    public string JsonWebKeySet { get; }

    /// <summary>True for what the ring takes: a PEM encoded private key on P-256.</summary>
    public static bool Takes(string pem)
    {
        using var key = TryRead(pem);
        return key is not null;
    }

    private static ECDsaSecurityKey Read(string pem, int index)
    {
        // The cause is left out on purpose: it may quote the key.
        var ecdsa = TryRead(pem) ?? throw new InvalidOperationException($"Users__SigningKeys__{index} is not a PEM private key on P-256.");
        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }

    private static ECDsa? TryRead(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // No key, a public one, or a broken one: none to sign with.
        }
        key.Dispose();
        return null;
    }

    private static object Publish(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            kty = "EC",
            crv = "P-256",
            x = Base64UrlEncoder.Encode(point.X),
            y = Base64UrlEncoder.Encode(point.Y),
            use = "sig",
            alg = SecurityAlgorithms.EcdsaSha256,
            kid = key.KeyId,
        };
    }
}
