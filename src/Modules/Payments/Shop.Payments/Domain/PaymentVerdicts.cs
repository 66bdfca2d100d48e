namespace Shop.Payments.Domain;

/// <summary>What the end of a call means for the attempt it was made for.</summary>
public static class PaymentVerdicts
{
    /// <summary>Notes a call's end.</summary>
    /// <param name="attempt">As it is now, maybe changed since the call was made.</param>
    /// <param name="asked">Its state when the call was made.</param>
    /// <param name="step">What was asked for.</param>
    /// <param name="answer">How it ended.</param>
    /// <returns>What is to be taken in; null when the call told nothing about the payment.</returns>
    public static ProviderReport? Take(PaymentAttempt attempt, PaymentState asked, ProviderStep step, ProviderAnswer answer)
    {
        switch (answer.Verdict)
        {
            case Verdict.Reported when PaymentReducer.IsStray(attempt, answer.Report!):
                return null;
            case Verdict.Reported:
                attempt.Uncertain = false;
                return answer.Report;
            // Whoever calls for an attempt that is not new notes that first, so this was the only call, and it did nothing.
            case Verdict.NothingDone when step == ProviderStep.Create && attempt.State == PaymentState.Created:
                return NothingWasMade(attempt).Report;
            case Verdict.CaptureRefused:
                PaymentReducer.RefuseCapture(attempt);
                return null;
            // Somebody else has heard more in the meantime.
            case var _ when attempt.State > PaymentState.Unknown && attempt.State != asked:
                return null;
            case Verdict.NoAnswer or Verdict.KeySpent when step.Acts():
                attempt.Uncertain = true;
                attempt.Calls++;
                attempt.SpentKeys += answer.Verdict == Verdict.KeySpent ? 1 : 0;
                break;
        }
        return attempt.State == PaymentState.Created ? new(PaymentState.Unknown, null, attempt.Amount) : null;
    }

    /// <summary>The end of a payment that is proven not to be at the provider.</summary>
    public static ProviderAnswer NothingWasMade(PaymentAttempt attempt) =>
        new(
            Verdict.Reported,
            new ProviderReport(PaymentState.Failed, attempt.IntentId, attempt.Amount, FailureCode: PaymentCodes.ProviderUnavailable)
        );
}
