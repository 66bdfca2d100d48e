namespace Shop.Payments.Domain;

/// <summary>A call to the provider.</summary>
public enum ProviderStep
{
    /// <summary>Nothing to do.</summary>
    None,

    /// <summary>Make the payment, under the one key an attempt has for that.</summary>
    Create,

    /// <summary>Look for the payment by our id; the provider's is not known.</summary>
    Find,

    /// <summary>Ask how it stands.</summary>
    Retrieve,

    /// <summary>Take the money.</summary>
    Capture,

    /// <summary>Give back what is set aside.</summary>
    Cancel,

    /// <summary>Give back what was taken.</summary>
    Refund,
}

/// <summary>Decides what comes next for a payment: from its row alone, so that any process can go on with it after a crash.</summary>
public static class PaymentPlan
{
    /// <summary>A payment is made at most this often under its one key; after that it is only looked for.</summary>
    public const int MaxCreates = 3;

    /// <summary>The provider keeps a key for 24 hours at least. Less, for calls that are long on their way, and for clocks that differ.</summary>
    private static readonly TimeSpan KeyLives = TimeSpan.FromHours(23);

    /// <summary>The next call.</summary>
    public static ProviderStep Next(PaymentAttempt attempt) =>
        attempt.State switch
        {
            // Also after a crash: the provider replays what it did under this key, or does it now. It can't do it twice.
            PaymentState.Created when attempt.IntentId is null => ProviderStep.Create,
            // A saved server error would be replayed for ever, so the outcome is looked up, not asked for again.
            PaymentState.Created or PaymentState.Unknown => attempt.IntentId is null ? ProviderStep.Find : ProviderStep.Retrieve,
            PaymentState.RequiresAction or PaymentState.Processing => attempt is { MustUndo: true, Uncertain: false }
                ? ProviderStep.Cancel
                : ProviderStep.Retrieve,
            PaymentState.Authorized when attempt.MustUndo => attempt.Uncertain ? ProviderStep.Retrieve : ProviderStep.Cancel,
            PaymentState.Authorized when attempt.Goal == PaymentGoal.Capture => attempt.Uncertain
                ? ProviderStep.Retrieve
                : ProviderStep.Capture,
            // A charge can be given back in full only once, so asking again is the look-up.
            PaymentState.Captured when attempt.MustUndo => ProviderStep.Refund,
            _ => ProviderStep.None,
        };

    /// <summary>What AuthorizePayment sets off; where there is more to find out, the resolver does it.</summary>
    public static ProviderStep OnAuthorize(PaymentAttempt attempt) =>
        Next(attempt) == ProviderStep.Create ? ProviderStep.Create : ProviderStep.None;

    /// <summary>What CapturePayment sets off.</summary>
    public static ProviderStep OnCapture(PaymentAttempt attempt) =>
        attempt is { State: PaymentState.Authorized, MustUndo: false, Uncertain: false } ? ProviderStep.Capture : ProviderStep.None;

    /// <summary>What VoidPayment sets off, once it is the attempt's goal.</summary>
    public static ProviderStep OnVoid(PaymentAttempt attempt) => Next(attempt) is var step && step.Acts() ? step : ProviderStep.None;

    /// <summary>
    /// What follows a look that didn't show the payment. Asking again under the same key settles it as a rule: the key was used, and its
    /// outcome is replayed, or it was not, and the payment is made now. After a look that was cut short the payment may be there all the
    /// same, so that then only a key that is surely kept keeps it from being made twice.
    /// </summary>
    public static ProviderStep AfterFind(PaymentAttempt attempt, Verdict look, DateTimeOffset now) =>
        attempt.Calls < MaxCreates && (look == Verdict.NotFound || now < attempt.CreatedAt + KeyLives)
            ? ProviderStep.Create
            : ProviderStep.None;

    /// <summary>True for calls that move money or holds; the others only look.</summary>
    public static bool Acts(this ProviderStep step) =>
        step is ProviderStep.Create or ProviderStep.Capture or ProviderStep.Cancel or ProviderStep.Refund;

    /// <summary>
    /// The provider's idempotency key of a step. A payment is created under one key only: a second key could make a second payment.
    /// Capture, cancel and full refund each work once per payment whatever the key, so after a server error, which is replayed for ever
    /// under its key, they go on with a fresh one.
    /// </summary>
    public static string KeyOf(ProviderStep step, PaymentAttempt attempt) =>
        step switch
        {
            ProviderStep.Create => $"{attempt.Id}:authorize",
            ProviderStep.Capture => $"{attempt.Id}:capture{Suffix(attempt)}",
            ProviderStep.Cancel => $"{attempt.Id}:void{Suffix(attempt)}",
            ProviderStep.Refund => $"{attempt.Id}:refund{Suffix(attempt)}",
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Looking needs no key."),
        };

    private static string Suffix(PaymentAttempt attempt) => attempt.SpentKeys == 0 ? "" : $":{attempt.SpentKeys + 1}";
}
