namespace Shop.Notifications.Domain;

/// <summary>Where a notification stands.</summary>
public enum NotificationStatus
{
    /// <summary>Waits for its next attempt.</summary>
    Queued,

    /// <summary>An attempt is under way, or its process died under it: the lease tells.</summary>
    Sending,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>It will not be tried again.</summary>
    Failed,
}

/// <summary>What a notification is about; stored, so a name never changes.</summary>
public static class NotificationKinds
{
    /// <summary>An order stands; its subject is the order.</summary>
    public const string OrderConfirmed = "order_confirmed";

    /// <summary>A purchase ended without an order; its subject is the checkout.</summary>
    public const string CheckoutFailed = "checkout_failed";
}

/// <summary>One mail to one person about one thing, and the log of getting it there. Kind and subject together exist once.</summary>
public sealed class Notification
{
    /// <summary>Also the mail's Message-ID, so that a second copy can be known as one.</summary>
    public required Guid Id { get; init; }

    /// <summary>One of <see cref="NotificationKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about: an order, a checkout.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>The address; shown masked and never logged.</summary>
    public required string Recipient { get; init; }

    /// <summary>JSON of what the template needs, as it was when the thing happened.</summary>
    public required string Content { get; init; }

    /// <summary>Where it stands.</summary>
    public NotificationStatus Status { get; init; }

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; init; }

    /// <summary>
    /// Attempts of which nobody knows whether the server took the mail. There is no third after two: a shopper may get a mail twice, never
    /// more often.
    /// </summary>
    public int Unconfirmed { get; init; }

    /// <summary>When it is due; while sending, when the attempt counts as dead. The database's clock.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Why the last attempt failed: <c>unreachable</c>, <c>timed_out</c>, <c>smtp_550</c>.</summary>
    public string? LastErrorCode { get; init; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the mail server took it.</summary>
    public DateTimeOffset? SentAt { get; init; }
}
