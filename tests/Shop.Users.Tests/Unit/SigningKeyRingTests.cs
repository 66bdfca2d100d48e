using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Shop.Users.Credentials;

namespace Shop.Users.Tests.Unit;

public sealed class SigningKeyRingTests
{
    [Fact]
    public void The_first_key_signs_and_all_are_published()
    {
        var (first, second) = (Pem(ECCurve.NamedCurves.nistP256), Pem(ECCurve.NamedCurves.nistP256));

        var ring = Ring(first, second);

        using var document = JsonDocument.Parse(ring.JsonWebKeySet);
        var ids = document.RootElement.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()).ToArray();
        ids.Length.ShouldBe(2);
        ring.Signing.Kid.ShouldBe(ids[0]);
        Ring(second).Signing.Kid.ShouldBe(ids[1], "a key has the same id wherever it stands");
    }

    [Fact]
    public void Without_a_key_the_shop_says_what_to_set() =>
        Should.Throw<InvalidOperationException>(() => Ring()).Message.ShouldContain("Users__SigningKeys__0");

    [Fact]
    public void Another_curve_a_public_key_and_nonsense_are_refused_without_quoting_them()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] refused = [Pem(ECCurve.NamedCurves.nistP384), key.ExportSubjectPublicKeyInfoPem(), "-----BEGIN sesame-----", ""];

        foreach (var pem in refused)
            Should.Throw<InvalidOperationException>(() => Ring(pem)).ToString().ShouldNotContain("sesame");
    }

    private static SigningKeyRing Ring(params string[] pems) => new(Options.Create(new UsersOptions { SigningKeys = pems }));

    private static string Pem(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
