using System.Text.Json.Nodes;

namespace Shop.LocalServices.Payments;

/// <summary>Objects as the wire has them.</summary>
internal static class StripeJson
{
    public static JsonObject Of(Intent intent, bool expandCharge = false) =>
        new()
        {
            ["id"] = intent.Id,
            ["object"] = "payment_intent",
            ["amount"] = intent.Amount,
            ["amount_capturable"] = intent.Capturable,
            ["amount_received"] = intent.Captured,
            ["canceled_at"] = intent.CanceledAt,
            ["cancellation_reason"] = intent.CancellationReason,
            ["capture_method"] = intent.ManualCapture ? "manual" : "automatic",
            ["client_secret"] = intent.ClientSecret,
            ["confirmation_method"] = "automatic",
            ["created"] = intent.Created,
            ["currency"] = intent.Currency,
            ["customer"] = null,
            ["description"] = intent.Description,
            ["last_payment_error"] = intent.LastError is { } error ? Of(error) : null,
            ["latest_charge"] =
                intent.Charge is null ? null
                : expandCharge ? Charge(intent)
                : intent.Charge,
            ["livemode"] = false,
            ["metadata"] = Of(intent.Metadata),
            ["next_action"] = intent.ActionUrl is { } url
                ? new JsonObject
                {
                    ["type"] = "redirect_to_url",
                    ["redirect_to_url"] = new JsonObject { ["url"] = url, ["return_url"] = intent.ReturnUrl },
                }
                : null,
            ["payment_method"] = intent.PaymentMethod,
            ["payment_method_types"] = new JsonArray("card"),
            ["receipt_email"] = intent.ReceiptEmail,
            ["status"] = intent.Status,
        };

    public static JsonObject Of(Refund refund) =>
        new()
        {
            ["id"] = refund.Id,
            ["object"] = "refund",
            ["amount"] = refund.Amount,
            ["charge"] = refund.Charge,
            ["created"] = refund.Created,
            ["currency"] = refund.Currency,
            ["metadata"] = Of(refund.Metadata),
            ["payment_intent"] = refund.Intent,
            ["reason"] = refund.Reason,
            ["status"] = "succeeded",
        };

    public static JsonObject Of(StripeError error) =>
        new()
        {
            ["type"] = error.Type,
            ["code"] = error.Code,
            ["decline_code"] = error.DeclineCode,
            ["message"] = error.Message,
            ["param"] = error.Param,
        };

    /// <summary>The body of a response: an error, a refund or a payment.</summary>
    public static JsonObject Of(Change change, bool expandCharge)
    {
        if (change.Error is { } error)
        {
            var body = Of(error);
            if (error.HttpStatus < 500 && change.Intent is { } intent)
                body["payment_intent"] = Of(intent);
            return new() { ["error"] = body };
        }
        return change.Refund is { } refund ? Of(refund) : Of(change.Intent!, expandCharge);
    }

    public static JsonObject Of(PaymentEvent happened, int pending)
    {
        var subject = happened.Type switch
        {
            "payment_intent.created" => Of(happened.Intent.AsCreated()),
            "charge.refunded" => Charge(happened.Intent),
            _ => Of(happened.Intent),
        };
        return new()
        {
            ["id"] = happened.Id,
            ["object"] = "event",
            ["api_version"] = happened.Intent.ApiVersion,
            ["created"] = happened.Created,
            ["data"] = new JsonObject { ["object"] = subject },
            ["livemode"] = false,
            ["pending_webhooks"] = pending,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = happened.IdempotencyKey },
            ["type"] = happened.Type,
        };
    }

    public static JsonObject List(string url, IEnumerable<JsonObject> items, bool hasMore) =>
        new()
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. items]),
            ["has_more"] = hasMore,
            ["url"] = url,
        };

    private static JsonObject Charge(Intent intent) =>
        new()
        {
            ["id"] = intent.Charge,
            ["object"] = "charge",
            ["amount"] = intent.Amount,
            ["amount_captured"] = intent.Captured,
            ["amount_refunded"] = intent.Refunded,
            ["captured"] = intent.Captured > 0,
            ["created"] = intent.Created,
            ["currency"] = intent.Currency,
            ["livemode"] = false,
            ["metadata"] = Of(intent.Metadata),
            ["paid"] = true,
            ["payment_intent"] = intent.Id,
            ["payment_method"] = intent.PaymentMethod,
            ["refunded"] = intent.Captured > 0 && intent.Refunded == intent.Captured,
            ["status"] = "succeeded",
        };

    private static JsonObject Of(IReadOnlyDictionary<string, string> metadata) =>
        new(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
