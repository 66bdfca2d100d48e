using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Payments.Data;
using Shop.Payments.Domain;
using Shop.Payments.Provider;

namespace Shop.Payments.Features;

/// <summary>Receives the provider's events: checks, stores, says yes; works them off afterwards.</summary>
internal static class ReceiveStripeWebhookEndpoint
{
    private const int MaxBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/payments/webhooks/stripe", ReceiveAsync)
            .AllowAnonymous()
            .DisableAntiforgery()
            .WithName("Payments.ReceiveStripeWebhook")
            .WithTags("Payments")
            .WithSummary("Receives an event of the payment provider, signed by it");

    private static async Task<Results<Ok, ProblemHttpResult>> ReceiveAsync(
        HttpRequest request,
        IDbContextOutbox<PaymentsDbContext> outbox,
        IOptions<PaymentsOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (await ReadAsync(request, cancellationToken) is not { } body)
        {
            // The rest of it is not read, so nothing else can come over this connection.
            request.HttpContext.Response.Headers.Connection = "close";
            return Problems.Problem(413, "payments.webhook_too_large", $"An event has at most {MaxBytes} bytes.");
        }
        var now = clock.GetUtcNow();
        var signature = request.Headers[StripeSignature.Header].ToString();
        if (!StripeSignature.IsValid(body, signature, options.Value.Stripe.WebhookSecret, now))
            return Problems.Problem(400, "payments.invalid_signature", "The signature is not the provider's, or too old.");
        if (StripeEvents.Envelope(body) is not var (id, type))
            return Problems.Problem(400, "payments.invalid_event", "The body is not an event.");

        if (!StripeEvents.IsOfInterest(type))
            return TypedResults.Ok();

        var received = new WebhookEvent
        {
            Id = id,
            Type = type,
            Payload = Encoding.UTF8.GetString(body),
            ReceivedAt = now,
        };
        await StoreAsync(received, outbox, cancellationToken);
        return TypedResults.Ok();
    }

    private static async Task StoreAsync(
        WebhookEvent received,
        IDbContextOutbox<PaymentsDbContext> outbox,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        if (await db.WebhookEvents.AnyAsync(e => e.Id == received.Id, cancellationToken))
            return;
        db.WebhookEvents.Add(received);
        // Mostly the answer to our own call was faster, and there is nothing to work off.
        if (await IsOldNewsAsync(received, db, cancellationToken))
            received.ProcessedAt = received.ReceivedAt;
        else
            await outbox.PublishAsync(new ApplyWebhook(received.Id));
        try
        {
            await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsDuplicate())
        {
            // The same event twice at once: the other one is stored.
        }
    }

    private static async Task<bool> IsOldNewsAsync(WebhookEvent received, PaymentsDbContext db, CancellationToken cancellationToken)
    {
        if (StripeEvents.Read(received.Type, received.Payload) is not { } news)
            return true;
        var known = await db
            .Attempts.Where(a => a.Id == news.PaymentId)
            .Select(a => new { a.State })
            .SingleOrDefaultAsync(cancellationToken);
        if (known is null || known.State < news.Report.State)
            return false;
        received.PaymentId = news.PaymentId;
        return true;
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
            return null;
        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxBytes ? null : buffer[..length];
    }
}
