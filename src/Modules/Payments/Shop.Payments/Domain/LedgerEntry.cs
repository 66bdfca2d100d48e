using Shop.BuildingBlocks.Contracts;

namespace Shop.Payments.Domain;

/// <summary>
/// One side of a posting: a posting is two rows of the same payment and kind, one debit and one credit of the same amount. Rows are only
/// ever added; balances are sums. An authorisation moves no money and is not posted.
/// </summary>
public sealed class LedgerEntry
{
    /// <summary>What the provider holds for the shop.</summary>
    public const string Provider = "provider";

    /// <summary>What the shop owes its buyers goods for.</summary>
    public const string Sales = "sales";

    private LedgerEntry() { }

    /// <summary>Order of posting.</summary>
    public long Id { get; private init; }

    /// <summary>The payment.</summary>
    public Guid PaymentId { get; private init; }

    /// <summary><c>capture</c> or <c>refund</c>; each at most once per payment.</summary>
    public string Kind { get; private init; } = "";

    /// <summary><see cref="Provider"/> or <see cref="Sales"/>.</summary>
    public string Account { get; private init; } = "";

    /// <summary>Minor units; zero on the other side.</summary>
    public long DebitMinor { get; private init; }

    /// <summary>Minor units; zero on the other side.</summary>
    public long CreditMinor { get; private init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; private init; } = "";

    /// <summary>When it was posted.</summary>
    public DateTimeOffset PostedAt { get; private init; }

    /// <summary>Money taken.</summary>
    public static LedgerEntry[] Capture(Guid paymentId, Money amount, DateTimeOffset now) =>
        Posting(paymentId, "capture", debit: Provider, credit: Sales, amount, now);

    /// <summary>Money given back.</summary>
    public static LedgerEntry[] Refund(Guid paymentId, Money amount, DateTimeOffset now) =>
        Posting(paymentId, "refund", debit: Sales, credit: Provider, amount, now);

    private static LedgerEntry[] Posting(Guid paymentId, string kind, string debit, string credit, Money amount, DateTimeOffset now) =>
        [
            new()
            {
                PaymentId = paymentId,
                Kind = kind,
                Account = debit,
                DebitMinor = amount.Minor,
                Currency = amount.Currency,
                PostedAt = now,
            },
            new()
            {
                PaymentId = paymentId,
                Kind = kind,
                Account = credit,
                CreditMinor = amount.Minor,
                Currency = amount.Currency,
                PostedAt = now,
            },
        ];
}
