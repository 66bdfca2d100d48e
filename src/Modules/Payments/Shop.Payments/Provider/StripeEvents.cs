using System.Text.Json;
using Shop.Payments.Domain;
using Stripe;

namespace Shop.Payments.Provider;

/// <summary>What a webhook tells about one of our payments.</summary>
/// <param name="PaymentId">Ours, from the metadata we gave.</param>
/// <param name="Reference">What we said it is for.</param>
/// <param name="Report">How it stands.</param>
internal sealed record StripeNews(Guid PaymentId, Guid? Reference, ProviderReport Report);

/// <summary>Reads webhook events whose signature was found good.</summary>
internal static class StripeEvents
{
    /// <summary>Id and type of an event; null when the body is no event.</summary>
    public static (string Id, string Type)? Envelope(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return (root.GetProperty("id").GetString(), root.GetProperty("type").GetString()) is ({ Length: > 0 and < 200 } id, { } type)
                ? (id, type)
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>True for events that can tell something about a payment.</summary>
    public static bool IsOfInterest(string type) =>
        type
            is "payment_intent.amount_capturable_updated"
                or "payment_intent.requires_action"
                or "payment_intent.processing"
                or "payment_intent.payment_failed"
                or "payment_intent.succeeded"
                or "payment_intent.canceled"
                or "charge.refunded";

    /// <summary>The news in an event of interest; null when it tells nothing of a payment of ours.</summary>
    public static StripeNews? Read(string type, string payload)
    {
        try
        {
            return Parse(type, payload);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static StripeNews? Parse(string type, string payload)
    {
        using var document = JsonDocument.Parse(payload);
        var json = document.RootElement.GetProperty("data").GetProperty("object").GetRawText();
        if (type != "charge.refunded")
        {
            var intent = StripeEntity.FromJson<PaymentIntent>(json);
            return News(intent.Metadata, StripeReports.Read(intent));
        }
        var charge = StripeEntity.FromJson<Charge>(json);
        // The shop only gives back in full; a part of it, given back at the provider's desk, is no end of the payment.
        return charge.Refunded
            ? News(
                charge.Metadata,
                new(PaymentState.Refunded, charge.PaymentIntentId, StripeMoney.FromStripe(charge.AmountRefunded, charge.Currency))
            )
            : null;
    }

    private static StripeNews? News(Dictionary<string, string>? metadata, ProviderReport report) =>
        Guid.TryParse(metadata?.GetValueOrDefault(StripeMetadata.PaymentId), out var id)
            ? new(
                id,
                Guid.TryParse(metadata?.GetValueOrDefault(StripeMetadata.Reference), out var reference) ? reference : null,
                report with
                {
                    IsHearsay = true,
                }
            )
            : null;
}
