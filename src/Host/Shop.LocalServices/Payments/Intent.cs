namespace Shop.LocalServices.Payments;

/// <summary>A payment as the provider sees it. A change makes a new one; old ones stay in saved responses and events.</summary>
internal sealed record Intent
{
    public required string Id { get; init; }

    /// <summary>Minor units, as all amounts here.</summary>
    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required string Status { get; init; }

    public required bool ManualCapture { get; init; }

    /// <summary>Seconds since 1970, as the wire has it.</summary>
    public required long Created { get; init; }

    /// <summary>Proves to the provider's pages that the caller was told of this payment.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>The version of the wire format that the creating client asked for.</summary>
    public required string ApiVersion { get; init; }

    public long Capturable { get; init; }

    public long Captured { get; init; }

    public long Refunded { get; init; }

    public string? PaymentMethod { get; init; }

    public string? Charge { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Where the shopper proves who they are, while that is wanted.</summary>
    public string? ActionUrl { get; init; }

    public StripeError? LastError { get; init; }

    public long? CanceledAt { get; init; }

    public string? CancellationReason { get; init; }

    public string? Description { get; init; }

    public string? ReceiptEmail { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Every movement of money, oldest first.</summary>
    public IReadOnlyList<LedgerEntry> Entries { get; init; } = [];

    /// <summary>The state before anything was tried; what the event of its creation shows.</summary>
    public Intent AsCreated() =>
        this with
        {
            Status = PaymentMethod is null ? IntentStatus.RequiresPaymentMethod : IntentStatus.RequiresConfirmation,
            Capturable = 0,
            Captured = 0,
            Charge = null,
            ActionUrl = null,
            LastError = null,
        };
}

/// <summary>The provider's words for a payment's state.</summary>
internal static class IntentStatus
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
}

/// <summary>Money given back.</summary>
internal sealed record Refund(
    string Id,
    string Intent,
    string Charge,
    long Amount,
    string Currency,
    long Created,
    string? Reason,
    IReadOnlyDictionary<string, string> Metadata
);

/// <summary>One movement of money: <c>authorize</c>, <c>capture</c>, <c>cancel</c> or <c>refund</c>.</summary>
internal sealed record LedgerEntry(string Operation, long Amount, DateTimeOffset At);

/// <summary>An error on the wire.</summary>
/// <param name="HttpStatus">402 for the card's errors, 400, 401, 404, 409, 429 or 5xx.</param>
/// <param name="Type">The class of error.</param>
/// <param name="Code">What a program looks at.</param>
/// <param name="Message">What a developer reads.</param>
/// <param name="DeclineCode">The bank's reason.</param>
/// <param name="Param">The parameter that is wrong.</param>
internal sealed record StripeError(
    int HttpStatus,
    string Type,
    string? Code,
    string Message,
    string? DeclineCode = null,
    string? Param = null
)
{
    public static StripeError Unauthorized { get; } = new(401, "invalid_request_error", null, "Invalid API Key provided.");

    public static StripeError TooMany { get; } =
        new(429, "invalid_request_error", "rate_limit", "Too many requests; they were made too many on purpose by a fault rule.");

    public static StripeError Invalid(string message, string? code = null, string? param = null) =>
        new(400, "invalid_request_error", code, message, Param: param);

    public static StripeError Missing(string what, string id) =>
        new(404, "invalid_request_error", "resource_missing", $"No such {what}: '{id}'", Param: "id");

    public static StripeError Card(string code, string? declineCode, string message) => new(402, "card_error", code, message, declineCode);

    public static StripeError Server(int status) =>
        new(status, "api_error", null, "An error on the provider's side; it was made on purpose by a fault rule.");
}

/// <summary>What a request did: the payment after it, and what is to be told about it.</summary>
internal sealed record Change
{
    public Intent? Intent { get; init; }

    public Refund? Refund { get; init; }

    /// <summary>Types of the events this change gives rise to, in order.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    public StripeError? Error { get; init; }

    public static Change Refused(StripeError error, Intent? intent = null) => new() { Error = error, Intent = intent };
}

/// <summary>An event to be told by webhook.</summary>
/// <param name="Number">Its place among all events.</param>
/// <param name="Id">Its name on the wire.</param>
/// <param name="Type">What happened.</param>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="Intent">The payment right after it.</param>
/// <param name="IdempotencyKey">Of the request that made it happen.</param>
internal sealed record PaymentEvent(int Number, string Id, string Type, long Created, Intent Intent, string? IdempotencyKey);

/// <summary>An event held back until a later one of its payment was told.</summary>
internal sealed record HeldEvent(int Number, TaskCompletionSource Overtaken);

/// <summary>A response kept under an Idempotency-Key.</summary>
internal sealed record SavedResponse(string Hash, Change Change);
