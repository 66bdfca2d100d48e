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
        var news = StripeEvents.Read(received.Type, received.Payload);
        var known = news is null
            ? null
            : await db
                .Attempts.Where(a => a.Id == news.PaymentId)
                .Select(a => new { a.State, IsRepeated = db.WebhookEvents.Any(e => e.Id == received.Id) })
                .SingleOrDefaultAsync(cancellationToken);
        if (known?.IsRepeated ?? await db.WebhookEvents.AnyAsync(e => e.Id == received.Id, cancellationToken))
            return;
        db.WebhookEvents.Add(received);
        try
        {
            if (news is not null && (known is null || known.State < news.Report.State))
            {
                await outbox.PublishAsync(new ApplyWebhook(received.Id));
                await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
                return;
            }
            // Mostly the answer to our own call was faster, and there is nothing to work off.
            (received.ProcessedAt, received.PaymentId) = (received.ReceivedAt, news?.PaymentId);
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsDuplicate())
        {
            // The same event twice at once: the other one is stored.
        }
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
