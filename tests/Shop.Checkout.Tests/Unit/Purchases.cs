using Shop.BuildingBlocks.Contracts;
using Shop.Checkout.Domain;
using Shop.Orders.Contracts;

namespace Shop.Checkout.Tests.Unit;

/// <summary>Purchases to test with.</summary>
internal static class Purchases
{
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static Money Eur(long minor) => new(minor, "EUR");

    /// <summary>A purchase that has not begun.</summary>
    public static CheckoutState New(Guid id, DateTimeOffset? now = null, params (string Sku, int Quantity)[] lines)
    {
        lines = lines.Length > 0 ? lines : [("TENT-2P", 1), ("PEG-10", 2)];
        var address = new PostalAddress("Ada Byron", "Hauptstrasse 1", null, "10115", "Berlin", "DE");
        var subtotal = 1_000 * lines.Sum(l => l.Quantity);
        return new()
        {
            Id = id,
            Scope = $"test:{id}",
            IdempotencyKey = "key",
            RequestHash = [1, 2, 3],
            CartId = id,
            CartVersion = 3,
            Email = "ada@example.com",
            ShippingAddress = address,
            BillingAddress = address,
            Lines = [.. lines.Select(l => new OrderLine(l.Sku, id, l.Sku, l.Quantity, Eur(1_000), Eur(190), Eur(1_190 * l.Quantity)))],
            Totals = new(Eur(subtotal), Eur(0), Eur(0), Eur(subtotal)),
            ShippingMethod = "standard",
            PaymentMethod = "pm_card_visa",
            CreatedAt = now ?? Start,
            UpdatedAt = now ?? Start,
        };
    }

    /// <summary>A purchase as it stands at a step when all has gone well so far, its timer due at <paramref name="now"/>.</summary>
    public static CheckoutState At(CheckoutStep step, DateTimeOffset? now = null, Guid? id = null)
    {
        var reached = step is CheckoutStep.NeedsAttention ? CheckoutStep.OrderPlaced : step;
        var undone = step is CheckoutStep.Compensated;
        return New(id ?? Guid.CreateVersion7(), now) with
        {
            Step = step,
            StuckAt = step is CheckoutStep.NeedsAttention ? reached : null,
            StockOpen = !undone,
            PaymentOpen = !undone && reached > CheckoutStep.Started,
            OrderOpen = !undone && reached > CheckoutStep.PaymentPending,
            StockCommitted = reached > CheckoutStep.PaymentAuthorized,
            OrderNumber = reached > CheckoutStep.PaymentAuthorized ? "S-1001" : null,
            ActionUrl = reached is CheckoutStep.PaymentPending ? "https://pay.example/3ds" : null,
            FailureCode = step is CheckoutStep.Compensating or CheckoutStep.Compensated ? "payments.declined" : null,
            WakeAt = step is CheckoutStep.Completed or CheckoutStep.Compensated ? null : now ?? Start,
        };
    }
}
