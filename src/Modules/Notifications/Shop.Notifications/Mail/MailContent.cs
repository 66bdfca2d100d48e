using Shop.BuildingBlocks.Contracts;

namespace Shop.Notifications.Mail;

/// <summary>A line of an order as the mail shows it.</summary>
public sealed record MailLine(string Title, string Sku, int Quantity, Money Total);

/// <summary>What a confirmation mail says.</summary>
public sealed record OrderConfirmedContent(
    string Number,
    IReadOnlyList<MailLine> Lines,
    Money Subtotal,
    Money Shipping,
    Money Tax,
    Money Total,
    Money? Discount = null,
    bool? PricesIncludeTax = null
);

/// <summary>What a mail about a failed purchase says.</summary>
/// <param name="Code">Why: a stable code.</param>
public sealed record CheckoutFailedContent(string Code);

/// <summary>Why a purchase came to nothing, in words.</summary>
public static class FailureText
{
    /// <summary>One sentence.</summary>
    public static string For(string code) =>
        code switch
        {
            "payments.authentication_failed" or "checkout.authentication_expired" => "The payment was not confirmed in time.",
            "payments.provider_unavailable" => "Our payment provider did not answer.",
            "inventory.hold_expired" => "The articles could not be held for you any longer.",
            "checkout.timed_out" or "orders.expired" => "It took too long, so we stopped.",
            _ when code.StartsWith("orders.canceled", StringComparison.Ordinal) => "The order was canceled.",
            _ when code.StartsWith("payments.", StringComparison.Ordinal) => "The payment did not go through.",
            _ when code.StartsWith("inventory.", StringComparison.Ordinal) => "An article was no longer available.",
            _ => "Your purchase could not be completed.",
        };
}
