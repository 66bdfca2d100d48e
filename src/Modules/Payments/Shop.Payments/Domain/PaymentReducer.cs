using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Payments.Domain;

/// <summary>What taking in a report brought about.</summary>
/// <param name="Events">To be published.</param>
/// <param name="Postings">To be added to the ledger.</param>
public sealed record Reduction(IReadOnlyList<IIntegrationEvent> Events, IReadOnlyList<LedgerEntry> Postings)
{
    /// <summary>The report told nothing new.</summary>
    public static readonly Reduction Nothing = new([], []);
}

/// <summary>
/// The one place where what the provider says becomes what the shop believes. Answers, webhooks and look-ups all come here; rank of state
/// decides, never order of arrival, so duplicates and stragglers change nothing.
/// </summary>
public static class PaymentReducer
{
    /// <summary>Takes a report in.</summary>
    /// <param name="attempt">Changed when the report ranks higher than what is known.</param>
    /// <param name="report">What the provider says.</param>
    /// <param name="now">Goes into rows only.</param>
    public static Reduction Reduce(PaymentAttempt attempt, ProviderReport report, DateTimeOffset now)
    {
        if (IsStray(attempt, report))
            return Reduction.Nothing;
        attempt.IntentId ??= report.IntentId;
        if (report.State <= attempt.State)
            return Reduction.Nothing;

        if (HoldsOrTakes(report.State) && report.Amount != attempt.Amount)
        {
            (attempt.Quarantined, attempt.FailureCode) = (true, PaymentCodes.AmountMismatch);
            // What is really held or taken is asked for before it is booked and given back.
            if (report.IsHearsay)
            {
                attempt.Uncertain = true;
                return Reduction.Nothing;
            }
        }

        var (previous, wasClosed) = (attempt.State, attempt.ClosedAt is not null);
        attempt.State = report.State;
        // A step was taken, and the counts of its calls end with it; "unknown" is no step.
        if (report.State != PaymentState.Unknown)
            (attempt.Uncertain, attempt.Calls, attempt.SpentKeys, attempt.ResolveTries) = (false, 0, 0, 0);
        attempt.ActionUrl = report.ActionUrl ?? attempt.ActionUrl;
        if (report.State == PaymentState.Failed)
            attempt.FailureCode ??= report.FailureCode ?? PaymentCodes.Declined;
        var postings = Post(attempt, report, now);
        if (IsEnd(report.State))
            attempt.ClosedAt ??= now;
        return new(Announce(attempt, report, previous, wasClosed), postings);
    }

    /// <summary>True when the report speaks of another payment at the provider than the one this attempt made.</summary>
    public static bool IsStray(PaymentAttempt attempt, ProviderReport report) =>
        attempt.IntentId is not null && report.IntentId is not null && attempt.IntentId != report.IntentId;

    /// <summary>The provider will not capture: the authorisation goes back, and then the capture has failed.</summary>
    public static void RefuseCapture(PaymentAttempt attempt) => (attempt.Quarantined, attempt.FailureCode) = (true, PaymentCodes.Declined);

    /// <summary>The answer to AuthorizePayment as things stand; null while there is none yet.</summary>
    public static IIntegrationEvent? AnswerToAuthorize(PaymentAttempt attempt) =>
        attempt.State switch
        {
            PaymentState.Failed or PaymentState.Voided or PaymentState.Refunded => new PaymentDeclined(
                attempt.Id,
                attempt.FailureCode ?? PaymentCodes.Declined
            ),
            _ when attempt.MustUndo => null,
            PaymentState.RequiresAction when attempt.ActionUrl is { } url => new PaymentActionRequired(attempt.Id, url),
            PaymentState.Authorized or PaymentState.Captured => new PaymentAuthorized(attempt.Id, attempt.Amount),
            _ => null,
        };

    /// <summary>The answer to CapturePayment as things stand; null while there is none yet.</summary>
    public static IIntegrationEvent? AnswerToCapture(PaymentAttempt attempt) =>
        attempt.State switch
        {
            PaymentState.Failed or PaymentState.Voided or PaymentState.Refunded => CaptureFailed(attempt),
            PaymentState.Captured when !attempt.Quarantined => new PaymentCaptured(attempt.Id, attempt.Amount),
            _ => null,
        };

    /// <summary>The answer to VoidPayment as things stand; null while there is none yet.</summary>
    public static IIntegrationEvent? AnswerToVoid(PaymentAttempt attempt) =>
        attempt.State switch
        {
            PaymentState.Failed or PaymentState.Voided => new PaymentVoided(attempt.Id, null),
            PaymentState.Refunded => new PaymentVoided(attempt.Id, Taken(attempt)),
            _ => null,
        };

    private static bool HoldsOrTakes(PaymentState state) =>
        state is PaymentState.RequiresAction or PaymentState.Processing or PaymentState.Authorized or PaymentState.Captured;

    private static bool IsEnd(PaymentState state) => state is PaymentState.Failed or PaymentState.Voided or PaymentState.Refunded;

    private static List<LedgerEntry> Post(PaymentAttempt attempt, ProviderReport report, DateTimeOffset now)
    {
        var postings = new List<LedgerEntry>();
        if (report.State is not (PaymentState.Captured or PaymentState.Refunded))
            return postings;
        // A refund may be heard of before the capture it gives back.
        if (attempt.CapturedMinor is null && report.Amount.Minor > 0)
        {
            attempt.CapturedMinor = report.Amount.Minor;
            postings.AddRange(LedgerEntry.Capture(attempt.Id, report.Amount, now));
        }
        if (report.State == PaymentState.Refunded && report.Amount.Minor > 0)
            postings.AddRange(LedgerEntry.Refund(attempt.Id, report.Amount, now));
        return postings;
    }

    private static IReadOnlyList<IIntegrationEvent> Announce(
        PaymentAttempt attempt,
        ProviderReport report,
        PaymentState previous,
        bool wasClosed
    )
    {
        if (IsEnd(report.State))
            return wasClosed && attempt.Goal != PaymentGoal.Void ? [] : [End(attempt, previous)];
        // Already told to be closed, unwanted or wrong: it is given back, and only then is there something to tell.
        if (attempt.MustUndo)
            return [];
        return report.State switch
        {
            PaymentState.RequiresAction when attempt.ActionUrl is { } url => [new PaymentActionRequired(attempt.Id, url)],
            PaymentState.Authorized => [new PaymentAuthorized(attempt.Id, attempt.Amount)],
            PaymentState.Captured when previous < PaymentState.Authorized =>
            [
                new PaymentAuthorized(attempt.Id, attempt.Amount),
                new PaymentCaptured(attempt.Id, attempt.Amount),
            ],
            PaymentState.Captured => [new PaymentCaptured(attempt.Id, attempt.Amount)],
            _ => [],
        };
    }

    private static IIntegrationEvent End(PaymentAttempt attempt, PaymentState previous)
    {
        if (attempt.Goal == PaymentGoal.Void)
            return AnswerToVoid(attempt)!;
        if (attempt.Goal == PaymentGoal.Capture)
            return CaptureFailed(attempt);
        if (attempt.Quarantined)
            return new PaymentDeclined(attempt.Id, PaymentCodes.AmountMismatch);
        // Nobody here asked for these: they were done at the provider's desk, or an authorisation ran out there.
        if (attempt.State == PaymentState.Refunded)
            return new PaymentVoided(attempt.Id, Taken(attempt));
        if (previous == PaymentState.Authorized)
            return CaptureFailed(attempt);
        attempt.FailureCode ??= previous == PaymentState.RequiresAction ? PaymentCodes.AuthenticationFailed : PaymentCodes.Declined;
        return new PaymentDeclined(attempt.Id, attempt.FailureCode);
    }

    private static PaymentCaptureFailed CaptureFailed(PaymentAttempt attempt) =>
        new(attempt.Id, attempt.Quarantined ? PaymentCodes.Declined : PaymentCodes.AuthorizationLost);

    private static Money Taken(PaymentAttempt attempt) => new(attempt.CapturedMinor ?? 0, attempt.Currency);
}
