using System.Net;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Topology;
using Shop.LocalServices;
using Shop.LocalServices.Payments;
using Shop.Users;

namespace Shop.Host;

/// <summary>What must not reach production: the stand-ins of a laptop, keys everybody knows, armed fault points.</summary>
public static class ProductionGuard
{
    private const int ShortestSecret = 16;

    /// <summary>Beginnings of what the local services hand out: secrets, sign-ins, senders.</summary>
    private static readonly string[] Known =
    [
        PaymentSimulator.DefaultSecretKey,
        PaymentSimulator.DefaultWebhookSecret,
        DemoSettings.AdminPassword,
        DemoSettings.AdminEmail,
        DemoSettings.MailFrom,
        DemoSettings.ServiceKey,
    ];

    /// <summary>Passwords of databases that are set up for a try: the one in docker-compose.yml, and the one in everybody's examples.</summary>
    private static readonly string[] KnownDatabasePasswords = ["shop", "postgres"];

    /// <summary>Lets the shop start, or says what to set.</summary>
    /// <exception cref="CannotStartException">Something is missing or must not be there.</exception>
    public static void Check(IConfiguration configuration)
    {
        if (Complaints(configuration) is { Count: > 0 } complaints)
            throw Refusal(complaints);
    }

    /// <summary>These complaints as one message.</summary>
    public static CannotStartException Refusal(IEnumerable<string> complaints) =>
        new("The shop does not start in Production:" + string.Concat(complaints.Select(c => $"\n  - {c}")));

    /// <summary>One sentence for each thing to set or unset; empty when the shop may start.</summary>
    public static IReadOnlyList<string> Complaints(IConfiguration configuration)
    {
        var complaints = new List<string>();
        if (FaultPoint.IsArmed)
            complaints.Add($"Unset {FaultPoint.Variable}: fault points are for crash tests.");
        Demand("ConnectionStrings:Shop", "the shop's PostgreSQL database");
        var hosted = Placement.Read(configuration).Hosted.Select(m => m.Name).ToHashSet();
        DemandFor("Payments", "Stripe:SecretKey", "the payment provider's secret key");
        DemandFor("Payments", "Stripe:WebhookSecret", "the secret that the provider's webhooks are signed with");
        DemandFor("Users", "SigningKeys:0", "a PEM encoded EC private key (P-256) for access tokens");
        DemandFor("Notifications", "Smtp:Host", "the mail server");
        DemandFor("Notifications", "Smtp:Port", "the mail server's port, such as 587");
        DemandFor("Notifications", "Smtp:From", "the sender of the shop's mails");
        DemandFor("Carts", "Currency", "the shop's currency, such as EUR");
        DemandFor("Carts", "TaxBasisPoints", "the tax rate in hundredths of a percent, such as 1900");
        DemandFor("Carts", "ShippingMinor", "the price of shipping in minor units, such as 490");
        if (Uri.TryCreate(configuration["Payments:Stripe:ApiBase"], UriKind.Absolute, out var api) && api.IsLoopback)
            complaints.Add("Unset Payments__Stripe__ApiBase: it points at a payment simulator on this machine.");
        if (IsThisMachine(configuration["Notifications:Smtp:Host"]))
            complaints.Add("Set Notifications__Smtp__Host: it names a mail server on this machine, as a laptop's mail box is.");
        foreach (var (key, value) in configuration.AsEnumerable())
            if (value is not null && Known.Any(known => value.StartsWith(known, StringComparison.OrdinalIgnoreCase)))
                complaints.Add($"Set {Variable(key)}: its value is the one that every laptop has.");
        foreach (var key in (string[])["Payments:Stripe:SecretKey", "Payments:Stripe:WebhookSecret"])
            if (configuration[key] is { Length: > 0 and < ShortestSecret })
                complaints.Add($"Set {Variable(key)}: {ShortestSecret} characters are the least.");
        foreach (var key in configuration.GetSection("Users:SigningKeys").GetChildren())
            if (key.Value is { Length: > 0 } pem && !UsersModule.IsSigningKey(pem))
                complaints.Add($"Set {Variable(key.Path)}: its value is no PEM encoded EC private key on P-256.");
        if (configuration.GetConnectionString("Shop") is { Length: > 0 } connection && ComplaintOf(connection) is { } complaint)
            complaints.Add($"Set ConnectionStrings__Shop: {complaint}.");
        return complaints;

        void DemandFor(string module, string key, string what)
        {
            if (hosted.Contains(module))
                Demand($"{module}:{key}", what);
        }

        void Demand(string key, string what)
        {
            if (string.IsNullOrWhiteSpace(configuration[key]))
                complaints.Add($"Set {Variable(key)}: {what}.");
        }
    }

    private static string? ComplaintOf(string connection)
    {
        try
        {
            var database = new NpgsqlConnectionStringBuilder(connection);
            if (KnownDatabasePasswords.Contains(database.Password))
                return "its password is one that everybody knows";
            // A laptop's own PostgreSQL trusts whoever comes by loopback.
            return (database.Password ?? database.Passfile ?? database.SslCertificate) is null
                ? "it has no password, and neither a Passfile nor an SSL Certificate"
                : null;
        }
        catch (ArgumentException)
        {
            return "its value is not a connection string";
        }
    }

    private static bool IsThisMachine(string? host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
