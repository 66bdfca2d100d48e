using System.Net;
using Microsoft.IdentityModel.Tokens;
using Shop.BuildingBlocks;

namespace Shop.Users.Tests.Slices;

/// <summary>A shop in the middle of a rotation: the old key still signs, the new one is published already.</summary>
public sealed class RotatingShop : ShopFixture
{
    /// <summary>The key that will sign next.</summary>
    public ECDsaSecurityKey Next { get; } = Tokens.NewKey();

    /// <inheritdoc />
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["Users:SigningKeys:1"] = Next.ECDsa.ExportPkcs8PrivateKeyPem() };
}

public sealed class KeyRotationTests(RotatingShop shop) : IClassFixture<RotatingShop>
{
    [Fact]
    public async Task While_keys_rotate_nobody_is_turned_away()
    {
        var old = Tokens.Create(Policies.Customer, Guid.CreateVersion7());
        var young = Tokens.Create(Policies.Customer, Guid.CreateVersion7(), t => t.SigningCredentials = Sign(shop.Next));
        using var guest = shop.ClientWith(
            Tokens.Create(Policies.Customer, Guid.CreateVersion7(), t => t.SigningCredentials = Sign(Tokens.NewKey()))
        );

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(i % 2 == 0 ? old : young)));

        answers.ShouldNotContain(HttpStatusCode.Unauthorized);
        (await guest.GetAsync("/api/v1/users/me", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static SigningCredentials Sign(SecurityKey key) => new(key, SecurityAlgorithms.EcdsaSha256);

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var client = shop.ClientWith(token);
        return (await client.GetAsync("/api/v1/users/me", TestContext.Current.CancellationToken)).StatusCode;
    }
}
