namespace Shop.LocalServices.Payments;

/// <summary>What may happen to a payment, and what comes of it. Knows no clock, no file and no wire.</summary>
internal static class IntentMachine
{
    private const string AuthenticationFailed = "payment_intent_authentication_failure";

    /// <summary>Tries to charge a card.</summary>
    /// <param name="intent">The payment.</param>
    /// <param name="charge">Id of the charge, should there be one.</param>
    /// <param name="actionUrl">Where the shopper is sent when the bank wants to see them.</param>
    /// <param name="now">The provider's clock.</param>
    public static Change Confirm(Intent intent, string charge, string actionUrl, DateTimeOffset now)
    {
        if (intent.Status is not (IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation or IntentStatus.RequiresAction))
            return Unexpected(intent, "confirm");
        if (intent.PaymentMethod is null)
            return Change.Refused(
                StripeError.Invalid(
                    "You cannot confirm this PaymentIntent because it's missing a payment method.",
                    "payment_intent_unexpected_state"
                ),
                intent
            );
        if (TestCards.Find(intent.PaymentMethod) is not { } card)
            return Change.Refused(
                StripeError.Invalid($"No such PaymentMethod: '{intent.PaymentMethod}'", "resource_missing", "payment_method")
            );
        if (card.Decline is { } decline)
            return Fail(intent, decline) with { Error = decline };
        return card.WantsAuthentication
            ? new()
            {
                Intent = intent with { Status = IntentStatus.RequiresAction, ActionUrl = actionUrl, LastError = null },
                Events = ["payment_intent.requires_action"],
            }
            : Authorize(intent, charge, now);
    }

    /// <summary>The shopper has been at the bank's page.</summary>
    public static Change Authenticate(Intent intent, bool passed, string charge, DateTimeOffset now)
    {
        if (intent.Status != IntentStatus.RequiresAction)
            return Unexpected(intent, "authenticate");
        return passed
            ? Authorize(intent, charge, now)
            : Fail(intent, StripeError.Card(AuthenticationFailed, null, "The provided PaymentMethod has failed authentication."));
    }

    /// <summary>Takes authorised money; what isn't taken is let go.</summary>
    public static Change Capture(Intent intent, long? amount, DateTimeOffset now)
    {
        if (intent.Status != IntentStatus.RequiresCapture)
            return Unexpected(intent, "capture");
        var captured = amount ?? intent.Capturable;
        if (captured < 1 || captured > intent.Capturable)
            return Change.Refused(
                StripeError.Invalid(
                    $"The amount_to_capture must be between 1 and the capturable {intent.Capturable}.",
                    captured < 1 ? "parameter_invalid_integer" : "amount_too_large",
                    "amount_to_capture"
                )
            );
        return new()
        {
            Intent = intent with
            {
                Status = IntentStatus.Succeeded,
                Capturable = 0,
                Captured = captured,
                Entries = [.. intent.Entries, new("capture", captured, now)],
            },
            Events = ["payment_intent.succeeded"],
        };
    }

    /// <summary>Gives a payment up; an authorisation is let go.</summary>
    public static Change Cancel(Intent intent, string? reason, DateTimeOffset now) =>
        intent.Status is IntentStatus.Succeeded or IntentStatus.Canceled
            ? Unexpected(intent, "cancel")
            : new()
            {
                Intent = intent with
                {
                    Status = IntentStatus.Canceled,
                    Capturable = 0,
                    ActionUrl = null,
                    CanceledAt = now.ToUnixTimeSeconds(),
                    CancellationReason = reason,
                    Entries = intent.Capturable > 0 ? [.. intent.Entries, new("cancel", intent.Capturable, now)] : intent.Entries,
                },
                Events = ["payment_intent.canceled"],
            };

    /// <summary>Gives captured money back, all that is left or a part.</summary>
    public static Change Refund(
        Intent intent,
        string id,
        long? amount,
        string? reason,
        IReadOnlyDictionary<string, string> metadata,
        DateTimeOffset now
    )
    {
        if (intent.Charge is not { } charge || intent.Captured == 0)
            return Change.Refused(
                StripeError.Invalid(
                    $"This PaymentIntent ({intent.Id}) does not have a successful charge to refund.",
                    param: "payment_intent"
                )
            );
        var left = intent.Captured - intent.Refunded;
        if (left == 0)
            return Change.Refused(StripeError.Invalid($"Charge {charge} has already been refunded.", "charge_already_refunded"));
        var refunded = amount ?? left;
        if (refunded < 1 || refunded > left)
            return Change.Refused(
                StripeError.Invalid($"Refund amount ({refunded}) is greater than unrefunded amount on charge ({left})", param: "amount")
            );
        return new()
        {
            Intent = intent with { Refunded = intent.Refunded + refunded, Entries = [.. intent.Entries, new("refund", refunded, now)] },
            Refund = new(id, intent.Id, charge, refunded, intent.Currency, now.ToUnixTimeSeconds(), reason, metadata),
            Events = ["charge.refunded"],
        };
    }

    private static Change Authorize(Intent intent, string charge, DateTimeOffset now)
    {
        var authorized = intent with
        {
            Charge = charge,
            ActionUrl = null,
            LastError = null,
            Entries = [.. intent.Entries, new("authorize", intent.Amount, now)],
        };
        return intent.ManualCapture
            ? new()
            {
                Intent = authorized with { Status = IntentStatus.RequiresCapture, Capturable = intent.Amount },
                Events = ["payment_intent.amount_capturable_updated"],
            }
            : new()
            {
                Intent = authorized with
                {
                    Status = IntentStatus.Succeeded,
                    Captured = intent.Amount,
                    Entries = [.. authorized.Entries, new("capture", intent.Amount, now)],
                },
                Events = ["payment_intent.succeeded"],
            };
    }

    private static Change Fail(Intent intent, StripeError error) =>
        new()
        {
            Intent = intent with { Status = IntentStatus.RequiresPaymentMethod, PaymentMethod = null, ActionUrl = null, LastError = error },
            Events = ["payment_intent.payment_failed"],
        };

    private static Change Unexpected(Intent intent, string verb) =>
        Change.Refused(
            StripeError.Invalid(
                $"You cannot {verb} this PaymentIntent because it has a status of {intent.Status}.",
                "payment_intent_unexpected_state"
            ),
            intent
        );
}
