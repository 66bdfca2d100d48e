using System.ComponentModel.DataAnnotations;
using MailKit.Security;
using MimeKit;

namespace Shop.Notifications.Mail;

/// <summary>The mail server: Notifications:Smtp.</summary>
public sealed class SmtpOptions : IValidatableObject
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string Section = "Notifications:Smtp";

    /// <summary>The server's name.</summary>
    [Required]
    public string Host { get; init; } = "";

    /// <summary>Its port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The sender, as <c>shop@example.com</c> or <c>Shop &lt;shop@example.com&gt;</c>.</summary>
    [Required]
    public string From { get; init; } = "";

    /// <summary>
    /// <c>StartTlsWhenAvailable</c> unless said otherwise; <c>StartTls</c> and <c>SslOnConnect</c> refuse a connection without TLS,
    /// <c>None</c> never asks for it.
    /// </summary>
    public SecureSocketOptions Tls { get; init; } = SecureSocketOptions.StartTlsWhenAvailable;

    /// <summary>Signs in with this name when set.</summary>
    public string? User { get; init; }

    /// <summary>The password to <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MailboxAddress.TryParse(From, out _))
            yield return new($"{Section}:From is no mail address.", [nameof(From)]);
        if (User is not null && Tls is SecureSocketOptions.None)
            yield return new($"{Section}:User needs TLS: a password never travels in the clear.", [nameof(Tls)]);
    }
}
