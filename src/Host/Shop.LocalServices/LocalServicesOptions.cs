using Shop.LocalServices.Payments;

namespace Shop.LocalServices;

/// <summary>Which services to run on this machine. Those left null aren't started.</summary>
/// <param name="Folder">Holds everything they keep: data, ledger, mails, keys.</param>
public sealed record LocalServicesOptions(string Folder)
{
    /// <summary>Whether to run PostgreSQL.</summary>
    public bool Postgres { get; init; }

    /// <summary>False for tests: no fsync.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Port of the payment simulator; 0: any free one. A port that is taken is replaced by the next free one, here and below.</summary>
    public int? PaymentsPort { get; init; }

    /// <summary>Port where the mail sink takes mail.</summary>
    public int? SmtpPort { get; init; }

    /// <summary>Port of the mail sink's pages; needs <see cref="SmtpPort" />.</summary>
    public int? MailPort { get; init; }

    /// <summary>Whether to use the payment simulator and the mail sink of this folder that another process runs, where one does.</summary>
    public bool Join { get; init; }

    /// <summary>Where payment events are told; may be said later.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>What goes wrong at the payment provider.</summary>
    public FaultPlan Faults { get; init; } = new();
}
