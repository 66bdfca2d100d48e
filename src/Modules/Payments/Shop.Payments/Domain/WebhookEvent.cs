namespace Shop.Payments.Domain;

/// <summary>An event of the provider as it came in; stored before it is acknowledged, worked off afterwards.</summary>
public sealed class WebhookEvent
{
    /// <summary>The provider's id: the same event twice is one row.</summary>
    public required string Id { get; init; }

    /// <summary>The provider's name for what happened.</summary>
    public required string Type { get; init; }

    /// <summary>The body, byte for byte.</summary>
    public required string Payload { get; init; }

    /// <summary>When it came in.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it had been taken in, or found to be of no interest.</summary>
    public DateTimeOffset? ProcessedAt { get; set; }

    /// <summary>The payment it told about.</summary>
    public Guid? PaymentId { get; set; }
}
