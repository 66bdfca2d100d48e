using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Data;
using Shop.Payments.Domain;
using Shop.Payments.Provider;
using Wolverine;

namespace Shop.Payments.Features;

/// <summary>Takes in an event of the provider that was stored. Internal to the module.</summary>
/// <param name="EventId">The provider's id of the event.</param>
/// <param name="Tries">How often its payment was not there yet.</param>
[MessageIdentity("payments.apply-webhook")]
public sealed record ApplyWebhook(string EventId, int Tries = 0) : ICommand;

/// <summary>Feeds a webhook to the reducer. Calls nobody: what has to follow at the provider is left to the resolver.</summary>
public sealed class ApplyWebhookHandler
{
    /// <summary>After these, 2 minutes in all, the event is none of ours: the shop need not be alone with its provider's account.</summary>
    private const int MaxTries = 8;

    /// <summary>Twice is once: what the event tells has no rank above what is known then.</summary>
    public static async Task<IEnumerable<object>> Handle(
        ApplyWebhook message,
        PaymentsDbContext db,
        TimeProvider clock,
        ILogger<PaymentDesk> logger,
        CancellationToken cancellationToken
    )
    {
        var received = await db.WebhookEvents.SingleOrDefaultAsync(e => e.Id == message.EventId, cancellationToken);
        if (received is null or { ProcessedAt: not null })
            return [];
        var news = StripeEvents.Read(received.Type, received.Payload);
        var attempt = news is null ? null : await db.LockAsync(news.PaymentId, cancellationToken);
        if (news is not null && attempt is null && message.Tries < MaxTries)
            return [(message with { Tries = message.Tries + 1 }).DelayedFor(TimeSpan.FromMilliseconds(500 * Math.Pow(2, message.Tries)))];

        var now = clock.GetUtcNow();
        received.ProcessedAt = now;
        received.PaymentId = attempt?.Id;
        if (attempt is null)
            return [];
        if (news!.Reference != attempt.Reference || PaymentReducer.IsStray(attempt, news.Report))
        {
            logger.LogError("Event {EventId} tells of another payment than {PaymentId} under its id", received.Id, attempt.Id);
            return [];
        }
        return await db.TakeInAsync(attempt, news.Report, now, cancellationToken);
    }
}
