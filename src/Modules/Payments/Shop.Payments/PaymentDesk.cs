using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Shop.Payments.Contracts;
using Shop.Payments.Data;
using Shop.Payments.Domain;
using Shop.Payments.Provider;
using Wolverine.Runtime;

namespace Shop.Payments;

/// <summary>
/// Where a payment is moved on: what is about to happen is committed, then the provider is called with no connection held, then the
/// outcome, the answer and the incoming message's mark are committed together. A command takes at most one call; whatever is left after
/// it is done by the resolver. That is one durable hop per command, and a crash anywhere leads back here, by the message's redelivery or by the resolver's timer.
/// </summary>
public sealed class PaymentDesk(
    IDbContextFactory<PaymentsDbContext> contexts,
    StripeProvider provider,
    IOptions<PaymentsOptions> options,
    IWolverineRuntime runtime,
    TimeProvider clock,
    ILogger<PaymentDesk> logger
)
{
    private const int StepsPerLook = 4;

    /// <summary>Authorises a payment not seen yet, goes on with one whose process died, and otherwise answers again.</summary>
    public async Task AuthorizeAsync(AuthorizePayment command, MessageContext incoming, CancellationToken cancellationToken)
    {
        var (attempt, isNew) = await OpenAsync(command, cancellationToken);
        var step = PaymentPlan.OnAuthorize(attempt);
        var isFirst = isNew && step == ProviderStep.Create;
        var answer = isFirst
            ? await provider.AskAsync(step, attempt, cancellationToken)
            : await AskAgainAsync(step, attempt, cancellationToken);
        await RecordAsync(attempt, ProviderStep.Create, answer, incoming, PaymentReducer.AnswerToAuthorize, null, cancellationToken);
    }

    /// <summary>Captures an authorised payment, and otherwise answers again.</summary>
    public async Task CaptureAsync(CapturePayment command, MessageContext incoming, CancellationToken cancellationToken)
    {
        // The command is durable, so nothing more has to be committed before the call.
        var attempt = await LoadOrCloseAsync(command.PaymentId, cancellationToken);
        var wanted = PaymentPlan.OnCapture(attempt) == ProviderStep.Capture;
        var answer = wanted ? await provider.AskAsync(ProviderStep.Capture, attempt, cancellationToken) : null;
        await RecordAsync(
            attempt,
            ProviderStep.Capture,
            answer,
            incoming,
            PaymentReducer.AnswerToCapture,
            PaymentGoal.Capture,
            cancellationToken
        );
    }

    /// <summary>Gives back what is held or taken; while that isn't known, remembers that it has to be.</summary>
    public async Task VoidAsync(VoidPayment command, MessageContext incoming, CancellationToken cancellationToken)
    {
        var attempt = await LoadOrCloseAsync(command.PaymentId, cancellationToken);
        if (attempt.Goal != PaymentGoal.Void)
        {
            // Committed before the call, so that an authorisation at work in another process sees it when it returns.
            await using var db = contexts.CreateDbContext();
            await db
                .Attempts.Where(a => a.Id == attempt.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Goal, PaymentGoal.Void), cancellationToken);
            attempt = await LoadAsync(attempt.Id, cancellationToken);
        }
        var step = PaymentPlan.OnVoid(attempt!);
        var answer = await AskAgainAsync(step, attempt!, cancellationToken);
        await RecordAsync(attempt!, step, answer, incoming, PaymentReducer.AnswerToVoid, PaymentGoal.Void, cancellationToken);
    }

    /// <summary>Finds out how an attempt stands and does what is left to do. For the resolver, which holds a claim on it.</summary>
    public async Task ResolveAsync(Guid id, CancellationToken cancellationToken)
    {
        for (var i = 0; i < StepsPerLook; i++)
        {
            if (await LoadAsync(id, cancellationToken) is not { } attempt)
                return;
            var step = PaymentPlan.Next(attempt);
            // Before the look, not after it: what takes effect while it goes on may be missed by it.
            var isOver = step == ProviderStep.Find && await CallIsOverAsync(attempt, cancellationToken);
            var answer = await AskAgainAsync(step, attempt, cancellationToken);
            if (step == ProviderStep.Find && answer!.Verdict is Verdict.NotFound or Verdict.NotSeen)
                (step, answer) = await AfterFindAsync(attempt, answer, isOver, cancellationToken);
            var context = new MessageContext(runtime);
            attempt = await RecordAsync(attempt, step, answer, context, null, null, cancellationToken);
            if (answer?.Verdict != Verdict.Reported || !PaymentPlan.Next(attempt).Acts())
                return;
        }
    }

    /// <summary>Attempts whose timer has run out, claimed for this host.</summary>
    public async Task<IReadOnlyList<Guid>> ClaimDueAsync(int limit, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.ClaimDueAsync(limit, cancellationToken);
    }

    /// <summary>
    /// Takes a step, if there is one, for an attempt that somebody called for before and may still be at. From here on, a creation that did
    /// nothing proves nothing, not even should this process die before it can tell.
    /// </summary>
    private async Task<ProviderAnswer?> AskAgainAsync(ProviderStep step, PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        if (step == ProviderStep.Create)
            await NoteAnotherCallAsync(attempt, cancellationToken);
        return step == ProviderStep.None ? null : await provider.AskAsync(step, attempt, cancellationToken);
    }

    private async Task NoteAnotherCallAsync(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await db
            .Attempts.Where(a => a.Id == attempt.Id && a.State == PaymentState.Created)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.State, PaymentState.Unknown), cancellationToken);
        await db.NoteCallAsync(attempt.Id, cancellationToken);
    }

    private async Task<(PaymentAttempt Attempt, bool IsNew)> OpenAsync(AuthorizePayment command, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = contexts.CreateDbContext();
        var attempt = PaymentMethodToken.IsValid(command.PaymentMethod)
            ? PaymentAttempt.Open(command.PaymentId, command.Reference, command.Amount, command.PaymentMethod, now)
            : PaymentAttempt.Refused(command.PaymentId, command.Reference, command.Amount, PaymentCodes.InvalidMethod, now);
        if (await db.TryAddAsync(attempt, cancellationToken))
            return (attempt, true);
        if (await LoadAsync(command.PaymentId, cancellationToken) is { } known)
            return (known, false);
        // Another attempt for the same thing is not proven to keep no money.
        var refused = PaymentAttempt.Refused(command.PaymentId, command.Reference, command.Amount, PaymentCodes.Declined, now);
        await db.TryAddAsync(refused, cancellationToken);
        return (refused, false);
    }

    private async Task<PaymentAttempt> LoadOrCloseAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await LoadAsync(id, cancellationToken) is { } known)
            return known;
        var tombstone = PaymentAttempt.Tombstone(id, clock.GetUtcNow());
        await using var db = contexts.CreateDbContext();
        return await db.TryAddAsync(tombstone, cancellationToken)
            ? tombstone
            : await LoadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"Payment {id} is neither new nor known.");
    }

    private async Task<PaymentAttempt?> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.Attempts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
    }

    private async Task<bool> CallIsOverAsync(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        return await db.CallIsOverAsync(attempt.Id, options.Value.ProviderDelay, cancellationToken);
    }

    /// <summary>
    /// The provider's list, which is consistent, doesn't show the payment, so it is asked for again under the same key. Where the provider
    /// saved a server error under the key, that is all it will ever say, and nothing that arrives late under the key can be carried out
    /// any more. So after the last of a few calls, once none of them can still be at work, a whole look that finds nothing proves that
    /// nothing was made.
    /// </summary>
    private async Task<(ProviderStep, ProviderAnswer?)> AfterFindAsync(
        PaymentAttempt attempt,
        ProviderAnswer look,
        bool isOver,
        CancellationToken cancellationToken
    )
    {
        if (PaymentPlan.AfterFind(attempt, look.Verdict, clock.GetUtcNow()) == ProviderStep.Create)
            return (ProviderStep.Create, await AskAgainAsync(ProviderStep.Create, attempt, cancellationToken));
        var isProof = isOver && look.Verdict == Verdict.NotFound && attempt.Calls >= PaymentPlan.MaxCreates;
        return (ProviderStep.Find, isProof ? PaymentVerdicts.NothingWasMade(attempt) : look);
    }

    private async Task<PaymentAttempt> RecordAsync(
        PaymentAttempt asked,
        ProviderStep step,
        ProviderAnswer? answer,
        MessageContext context,
        Func<PaymentAttempt, IIntegrationEvent?>? reply,
        PaymentGoal? goal,
        CancellationToken cancellationToken
    )
    {
        await using var db = contexts.CreateDbContext();
        await using var transaction = await EfEnvelopeTransaction.BeginAsync(db, context, cancellationToken);
        var attempt =
            await db.LockAsync(asked.Id, cancellationToken) ?? throw new InvalidOperationException($"Payment {asked.Id} is gone.");
        if (goal > attempt.Goal)
            attempt.Goal = goal.Value;
        var report = answer is null ? null : Judge(attempt, asked.State, step, answer);
        var events = await db.TakeInAsync(attempt, report, clock.GetUtcNow(), cancellationToken);
        if (answer?.Verdict is Verdict.NoAnswer or Verdict.KeySpent && step == ProviderStep.Create)
            await db.NoteCallAsync(attempt.Id, cancellationToken);

        if (reply?.Invoke(attempt) is { } answered && !events.Contains(answered))
            events = [.. events, answered];
        foreach (var message in events)
            await context.PublishAsync(message);
        await transaction.CommitAsync(cancellationToken);
        return attempt;
    }

    private ProviderReport? Judge(PaymentAttempt attempt, PaymentState asked, ProviderStep step, ProviderAnswer answer)
    {
        if (answer.Report is { } report && PaymentReducer.IsStray(attempt, report))
            logger.LogError("Payment {PaymentId} has a second intent {IntentId} at the provider", attempt.Id, report.IntentId);
        return PaymentVerdicts.Take(attempt, asked, step, answer);
    }
}
