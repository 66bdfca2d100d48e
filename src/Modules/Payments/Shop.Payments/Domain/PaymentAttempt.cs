using Shop.BuildingBlocks.Contracts;

namespace Shop.Payments.Domain;

/// <summary>
/// One attempt to be paid. Its row is committed before the provider is asked for the first time, and its id is the base of the
/// provider's idempotency keys, so that whatever crashes in between, asking again is asking for the same payment.
/// </summary>
public sealed class PaymentAttempt
{
    /// <summary>ISO 4217's code for "no currency": an id that was voided before anybody said what it is for.</summary>
    private const string NoCurrency = "XXX";

    private PaymentAttempt() { }

    /// <summary>The PaymentId of the commands and events.</summary>
    public Guid Id { get; private init; }

    /// <summary>What is paid for; null when the id was voided before it was seen.</summary>
    public Guid? Reference { get; private init; }

    /// <summary>Minor units of <see cref="Currency"/>.</summary>
    public long AmountMinor { get; private init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; private init; } = NoCurrency;

    /// <summary>The provider's token; never a card number.</summary>
    public string PaymentMethod { get; private init; } = "";

    /// <summary>Last proven state.</summary>
    public PaymentState State { get; set; }

    /// <summary>The furthest command.</summary>
    public PaymentGoal Goal { get; set; }

    /// <summary>The provider's id, once told.</summary>
    public string? IntentId { get; set; }

    /// <summary>Where the payer authenticates.</summary>
    public string? ActionUrl { get; set; }

    /// <summary>Why it failed or is quarantined.</summary>
    public string? FailureCode { get; set; }

    /// <summary>What the provider says it took.</summary>
    public long? CapturedMinor { get; set; }

    /// <summary>The provider's facts are not what was asked for: never confirmed, given back.</summary>
    public bool Quarantined { get; set; }

    /// <summary>The last call got no verdict: it may have worked. The provider is asked what is so before anything else is done.</summary>
    public bool Uncertain { get; set; }

    /// <summary>Calls of the present step without a verdict.</summary>
    public int Calls { get; set; }

    /// <summary>Idempotency keys of the present step under which nothing more will come.</summary>
    public int SpentKeys { get; set; }

    /// <summary>When the last call without verdict ended, by the database's clock.</summary>
    public DateTimeOffset? CalledAt { get; private set; }

    /// <summary>When the resolver looks at it, by the database's clock; null when there is nothing to find out or do.</summary>
    public DateTimeOffset? ResolveAfter { get; set; }

    /// <summary>Times the resolver looked since the last verdict.</summary>
    public int ResolveTries { get; set; }

    /// <summary>When it was written down.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was first proven that no money is kept; another attempt for the same reference may follow.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Counts changes.</summary>
    public int Version { get; set; }

    /// <summary>What is asked for.</summary>
    public Money Amount => new(AmountMinor, Currency);

    /// <summary>True when whatever the provider holds has to be given back.</summary>
    public bool MustUndo => Goal == PaymentGoal.Void || Quarantined || ClosedAt is not null;

    /// <summary>An attempt about to be made.</summary>
    public static PaymentAttempt Open(Guid id, Guid reference, Money amount, string paymentMethod, DateTimeOffset now) =>
        new()
        {
            Id = id,
            Reference = reference,
            AmountMinor = amount.Minor,
            Currency = amount.Currency,
            PaymentMethod = paymentMethod,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>An attempt that is refused without asking the provider. The payment method is not kept: it may be what was wrong.</summary>
    public static PaymentAttempt Refused(Guid id, Guid reference, Money amount, string code, DateTimeOffset now) =>
        new()
        {
            Id = id,
            Reference = reference,
            AmountMinor = amount.Minor,
            Currency = amount.Currency,
            State = PaymentState.Failed,
            FailureCode = code,
            CreatedAt = now,
            UpdatedAt = now,
            ClosedAt = now,
        };

    /// <summary>An id that was voided before it was seen: a late authorisation finds it closed and is never sent.</summary>
    public static PaymentAttempt Tombstone(Guid id, DateTimeOffset now) =>
        new()
        {
            Id = id,
            State = PaymentState.Voided,
            Goal = PaymentGoal.Void,
            CreatedAt = now,
            UpdatedAt = now,
            ClosedAt = now,
        };
}
