using System.Security.Cryptography;
using Shop.LocalServices.Payments;

namespace Shop.TestKit;

/// <summary>Settings that every host under test starts with; addresses that nobody answers at, until a test says otherwise.</summary>
public static class TestSettings
{
    /// <summary>The admin that the host creates at its first start.</summary>
    public const string AdminEmail = "admin@shop.test";

    /// <summary>The admin's password.</summary>
    public const string AdminPassword = "correct horse battery";

    /// <summary>PEM of the key that signs access tokens, made once a process.</summary>
    public static string SigningKey { get; } = NewKey();

    /// <summary>Configuration keys and values.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string>
        {
            ["Payments:Stripe:ApiBase"] = "http://127.0.0.1:9",
            ["Payments:Stripe:SecretKey"] = PaymentSimulator.DefaultSecretKey,
            ["Payments:Stripe:WebhookSecret"] = PaymentSimulator.DefaultWebhookSecret,
            ["Notifications:Smtp:Host"] = "127.0.0.1",
            ["Notifications:Smtp:Port"] = "9",
            ["Notifications:Smtp:From"] = "shop@shop.test",
            ["Users:SigningKeys:0"] = SigningKey,
            ["Users:FirstAdmin:Email"] = AdminEmail,
            ["Users:FirstAdmin:Password"] = AdminPassword,
            // No test waits for the background.
            ["Products:AnnouncedPerSecond"] = "5000",
            ["Products:ImportedRowsPerSecond"] = "1000000",
            ["Products:Media:Folder"] = Path.Combine(Path.GetTempPath(), "shop-test-media"),
            ["Carts:Currency"] = "EUR",
            ["Carts:TaxBasisPoints"] = "1900",
            ["Carts:ShippingMinor"] = "490",
        };

    /// <summary>PEM of another key.</summary>
    public static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
