using System.Security.Cryptography;
using Shop.LocalServices.Payments;

namespace Shop.LocalServices;

/// <summary>Settings a host needs and a laptop hasn't: demo sign-ins, and a signing key that is made once and kept.</summary>
public static class DemoSettings
{
    /// <summary>Who signs in on a laptop; a host in Production refuses this and what follows.</summary>
    public const string AdminEmail = "admin@shop.test";

    /// <summary>The demo admin's password.</summary>
    public const string AdminPassword = "Demo-admin-2026";

    /// <summary>Sender of a laptop's mails.</summary>
    public const string MailFrom = "Shop <orders@shop.test>";

    /// <summary>What the processes of a laptop's shop know each other by.</summary>
    public const string ServiceKey = "known-to-every-laptop-and-no-server";

    internal const string PaymentsAddress = "Payments:Stripe:ApiBase";

    internal const string MailServer = "Notifications:Smtp:Host";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What holds whichever services run.</summary>
    internal static Dictionary<string, string> Common(string folder) =>
        new()
        {
            ["Users:SigningKeys:0"] = SigningKey(Path.Combine(folder, "signing-key.pem")),
            ["Users:FirstAdmin:Email"] = AdminEmail,
            ["Users:FirstAdmin:Password"] = AdminPassword,
            ["Modules:ServiceKey"] = ServiceKey,
            ["Products:Media:Folder"] = Path.Combine(folder, "media"),
            ["Carts:Currency"] = "EUR",
            ["Carts:TaxBasisPoints"] = "1900",
            ["Carts:ShippingMinor"] = "490",
        };

    internal static void AddPayments(Dictionary<string, string> settings, Uri address)
    {
        settings[PaymentsAddress] = address.GetLeftPart(UriPartial.Authority);
        settings["Payments:Stripe:SecretKey"] = PaymentSimulator.DefaultSecretKey;
        settings["Payments:Stripe:WebhookSecret"] = PaymentSimulator.DefaultWebhookSecret;
    }

    internal static void AddMail(Dictionary<string, string> settings, int smtpPort)
    {
        settings[MailServer] = "127.0.0.1";
        settings["Notifications:Smtp:Port"] = $"{smtpPort}";
        settings["Notifications:Smtp:From"] = MailFrom;
    }

    // Two hosts of one folder may start at once: the first to give the file its name wins, and both read it.
    private static string SigningKey(string file)
    {
        if (!File.Exists(file))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var made = $"{file}.{Guid.CreateVersion7():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var writer = new StreamWriter(made, options))
                writer.Write(key.ExportPkcs8PrivateKeyPem());
            try
            {
                File.Move(made, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(made);
            }
        }
        return File.ReadAllText(file);
    }
}
