using System.Globalization;
using System.Text.Json;
using Shop.LocalServices.Payments;

namespace Shop.LocalServices;

/// <summary>The arguments of a stand-alone run.</summary>
internal static class CommandLine
{
    public const string Usage = """
        Runs local services until Ctrl+C; only those that are asked for.
          --folder DIR            where they keep their data (.local)
          --postgres true         PostgreSQL
          --payments-port PORT    payment simulator; 0: any free port
          --webhook-url URL       where it tells its events
          --faults FILE           what goes wrong with payments, as PUT /admin/faults takes it
          --smtp-port PORT        where the mail sink takes mail
          --mail-port PORT        the mail sink's pages
        """;

    private static readonly string[] Known = ["folder", "postgres", "payments-port", "webhook-url", "faults", "mail-port", "smtp-port"];

    /// <summary>Null when an argument is unknown or isn't what it should be.</summary>
    public static LocalServicesOptions? Parse(string[] args)
    {
        try
        {
            var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
            var asked = settings.GetChildren().ToDictionary(s => s.Key, s => s.Value ?? "", StringComparer.OrdinalIgnoreCase);
            if (args.Any(a => !a.StartsWith("--", StringComparison.Ordinal) && !asked.ContainsValue(a)) || asked.Keys.Except(Known).Any())
                return null;
            return new(asked.GetValueOrDefault("folder", ".local"))
            {
                Postgres = asked.TryGetValue("postgres", out var postgres) && bool.Parse(postgres),
                PaymentsPort = Port("payments-port"),
                MailPort = Port("mail-port"),
                SmtpPort = Port("smtp-port"),
                WebhookUrl = asked.TryGetValue("webhook-url", out var url) ? new Uri(url, UriKind.Absolute) : null,
                Faults = asked.TryGetValue("faults", out var file) ? ReadFaults(file) : new(),
            };

            int? Port(string name) => asked.TryGetValue(name, out var port) ? int.Parse(port, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException or IOException or JsonException)
        {
            return null;
        }
    }

    private static FaultPlan ReadFaults(string file) =>
        JsonSerializer.Deserialize<FaultPlan>(File.ReadAllText(file), JsonSerializerOptions.Web) ?? new();
}
