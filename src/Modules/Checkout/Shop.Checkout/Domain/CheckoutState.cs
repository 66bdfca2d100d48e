using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;

namespace Shop.Checkout.Domain;

/// <summary>
/// One purchase: what is bought, and how far it has come. Immutable: <see cref="Saga.CheckoutSaga"/> makes the next one of it. Its id is
/// also the id of the reservation, of the payment and of the order, so that each participant's answer finds it.
/// </summary>
public sealed record CheckoutState
{
    public required Guid Id { get; init; }

    // Who buys, and by which request. Written once.

    /// <summary>Whose idempotency keys these are: a customer or the holder of a cart token.</summary>
    public required string Scope { get; init; }

    /// <summary>Chosen by the client; with <see cref="Scope"/> it names the request for ever.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request, to tell a repeated request from another one under the same key.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>The signed-in customer; null for a guest.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>SHA-256 of the guest's cart token; null for a customer.</summary>
    public byte[]? CartTokenHash { get; init; }

    // What is bought. Written once.

    public required Guid CartId { get; init; }
    public required long CartVersion { get; init; }
    public required string Email { get; init; }
    public required PostalAddress ShippingAddress { get; init; }
    public required PostalAddress BillingAddress { get; init; }
    public required IReadOnlyList<OrderLine> Lines { get; init; }
    public required OrderTotals Totals { get; init; }
    public required string ShippingMethod { get; init; }

    /// <summary>What reduces it, in the order of application; null in a purchase that was begun before there was such a thing.</summary>
    public IReadOnlyList<OrderPromotion>? Promotions { get; init; }

    /// <summary>Those of <see cref="Promotions"/> that the purchase has to redeem.</summary>
    public Guid[] LimitedPromotions { get; init; } = [];

    /// <summary>The provider's token for the payer's means; never a card number.</summary>
    public required string PaymentMethod { get; init; }

    // How far it has come.

    public CheckoutStep Step { get; init; }

    /// <summary>The step that is stuck, while <see cref="Step"/> is <see cref="CheckoutStep.NeedsAttention"/>.</summary>
    public CheckoutStep? StuckAt { get; init; }

    /// <summary>Stock may be held: it was asked for, and neither refused nor given back.</summary>
    public bool StockOpen { get; init; }

    /// <summary>Stock is held, while something else is waited for before the payment.</summary>
    public bool StockHeld { get; init; }

    /// <summary>Promotions may be used up: they were asked for, and neither refused nor given back.</summary>
    public bool PromotionsOpen { get; init; }

    /// <summary>The purchase has its limited promotions.</summary>
    public bool PromotionsRedeemed { get; init; }

    /// <summary>The hold became a commitment.</summary>
    public bool StockCommitted { get; init; }

    /// <summary>Money may be set aside or taken: it was asked for, and neither refused nor given back.</summary>
    public bool PaymentOpen { get; init; }

    /// <summary>An order may exist: it was asked for, and is not canceled.</summary>
    public bool OrderOpen { get; init; }

    /// <summary>The order's number, once it is written down.</summary>
    public string? OrderNumber { get; init; }

    /// <summary>Where the payer authenticates.</summary>
    public string? ActionUrl { get; init; }

    /// <summary>Why it was given up: a participant's code, or <c>checkout.…</c>.</summary>
    public string? FailureCode { get; init; }

    /// <summary>How often the current step's commands were sent again.</summary>
    public int Tries { get; init; }

    /// <summary>When the saga acts by itself. Null only when nothing is open any more.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Rises with each change; the last line of defence against two changes made at once.</summary>
    public int Version { get; init; }

    /// <summary>What the payer pays.</summary>
    public Money Total => Totals.Total;

    /// <summary>Nothing more will come of it for the shopper.</summary>
    public bool IsOver => Step is CheckoutStep.Completed or CheckoutStep.Compensated;
}
