using Shop.BuildingBlocks;
using Shop.LocalServices.Payments;

namespace Shop.Host;

/// <summary>What must not reach production: the stand-ins of a laptop, keys everybody knows, armed fault points.</summary>
public static class ProductionGuard
{
    /// <summary>Beginnings of the secrets that the local services hand out.</summary>
    private static readonly string[] KnownSecrets = [PaymentSimulator.DefaultSecretKey, PaymentSimulator.DefaultWebhookSecret];

    /// <summary>One sentence for each thing to set or unset; empty when the shop may start.</summary>
    public static IReadOnlyList<string> Complaints(IConfiguration configuration)
    {
        var complaints = new List<string>();
        if (FaultPoint.IsArmed)
            complaints.Add($"Unset {FaultPoint.Variable}: fault points are for crash tests.");
        Demand("ConnectionStrings:Shop", "the shop's PostgreSQL database");
        Demand("Payments:Stripe:SecretKey", "the payment provider's secret key");
        Demand("Payments:Stripe:WebhookSecret", "the secret that the provider's webhooks are signed with");
        Demand("Users:SigningKeys:0", "a PEM encoded EC private key (P-256) for access tokens");
        Demand("Notifications:Smtp:Host", "the mail server");
        Demand("Notifications:Smtp:From", "the sender of the shop's mails");
        if (Uri.TryCreate(configuration["Payments:Stripe:ApiBase"], UriKind.Absolute, out var api) && api.IsLoopback)
            complaints.Add("Unset Payments__Stripe__ApiBase: it points at a payment simulator on this machine.");
        foreach (var (key, value) in configuration.AsEnumerable())
            if (value is not null && KnownSecrets.Any(known => value.StartsWith(known, StringComparison.Ordinal)))
                complaints.Add($"Set {Variable(key)}: its value is the one that every laptop has.");
        return complaints;

        void Demand(string key, string what)
        {
            if (string.IsNullOrWhiteSpace(configuration[key]))
                complaints.Add($"Set {Variable(key)}: {what}.");
        }
    }

    private static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
