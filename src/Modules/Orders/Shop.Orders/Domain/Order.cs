using System.Globalization;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;

namespace Shop.Orders.Domain;

/// <summary>Where an order stands.</summary>
public enum OrderStatus
{
    /// <summary>Written down; the money is not taken yet.</summary>
    Pending,

    /// <summary>Paid.</summary>
    Confirmed,

    /// <summary>Delivered, nothing left to do.</summary>
    Completed,

    /// <summary>Ended before it was paid.</summary>
    Canceled,

    /// <summary>Ended because it was not paid in time.</summary>
    Expired,
}

/// <summary>
/// A purchase as it was sold: prices, names, tax and addresses are copies that later changes elsewhere don't reach. A change of status is
/// saved only if the status is still the one that was read, so of two opposite changes at once one wins and the other sees it.
/// </summary>
public sealed class Order
{
    private Order() { }

    /// <summary>Chosen by the sender; as the primary key it is what makes a second delivery harmless.</summary>
    public Guid Id { get; private init; }

    /// <summary>From a sequence; null for an order that was canceled before it was placed.</summary>
    public long? Sequence { get; private set; }

    /// <summary>The number people use.</summary>
    public string Number => NumberOf(Sequence);

    /// <summary>Where it stands.</summary>
    public OrderStatus Status { get; private set; }

    /// <summary>The purchase it comes from.</summary>
    public Guid CheckoutId { get; private set; }

    /// <summary>The cart it comes from.</summary>
    public Guid CartId { get; private set; }

    /// <summary>The payment.</summary>
    public Guid PaymentId { get; private set; }

    /// <summary>The signed-in customer; null for a guest.</summary>
    public Guid? CustomerId { get; private set; }

    /// <summary>Where mails about the order go.</summary>
    public string Email { get; private set; } = "";

    /// <summary>Where the parcel goes.</summary>
    public PostalAddress? ShippingAddress { get; private set; }

    /// <summary>Where the invoice goes.</summary>
    public PostalAddress? BillingAddress { get; private set; }

    /// <summary>The method's code.</summary>
    public string ShippingMethod { get; private set; } = "";

    /// <summary>ISO 4217; of every amount in the order.</summary>
    public string Currency { get; private set; } = "";

    /// <summary>Lines as listed, before discounts, in minor units.</summary>
    public long Subtotal { get; private set; }

    /// <summary>Shipping as listed, after promotions, in minor units.</summary>
    public long Shipping { get; private set; }

    /// <summary>What promotions took off the lines, in minor units; null when nobody told.</summary>
    public long? Discount { get; private set; }

    /// <summary>The part of the tax that is for shipping, in minor units; null when nobody told.</summary>
    public long? ShippingTax { get; private set; }

    /// <summary>Prices as listed had the tax in them; null means no.</summary>
    public bool? PricesIncludeTax { get; private set; }

    /// <summary>What reduced it, in the order of application; null for nothing.</summary>
    public IReadOnlyList<OrderPromotion>? Promotions { get; private set; }

    /// <summary>All tax, in minor units.</summary>
    public long Tax { get; private set; }

    /// <summary>What the payer pays, in minor units.</summary>
    public long Total { get; private set; }

    /// <summary>When it was placed, UTC; null for an order that was canceled before it was placed.</summary>
    public DateTimeOffset? PlacedAt { get; private set; }

    /// <summary>When it was confirmed, UTC.</summary>
    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>When it was canceled, UTC.</summary>
    public DateTimeOffset? CanceledAt { get; private set; }

    /// <summary>Stable code of why it was canceled.</summary>
    public string? CancelReason { get; private set; }

    /// <summary>What was bought.</summary>
    public List<OrderItem> Lines { get; } = [];

    /// <summary>What has happened to it.</summary>
    public List<OrderEvent> Timeline { get; } = [];

    /// <summary>True once it can't become anything but what it is: it does not stand.</summary>
    public bool IsDead => Status is OrderStatus.Canceled or OrderStatus.Expired;

    /// <summary>Sequence number 100001 as people say it: S-100001.</summary>
    public static string NumberOf(long? sequence) => string.Create(CultureInfo.InvariantCulture, $"S-{sequence}");

    /// <summary>Keeps the place of an order that was canceled before it came, so that it can't be placed any more.</summary>
    public static Order CanceledBeforePlaced(Guid id, string reason, DateTimeOffset now)
    {
        var order = new Order { Id = id };
        order.End(reason, now);
        return order;
    }

    /// <summary>Pending becomes confirmed; anything else stays. True when the order stands.</summary>
    public bool Confirm(DateTimeOffset now)
    {
        if (Status == OrderStatus.Pending)
        {
            (Status, ConfirmedAt) = (OrderStatus.Confirmed, now);
            Timeline.Add(new(OrderEventKind.Confirmed, now, null));
        }
        return !IsDead;
    }

    /// <summary>Pending becomes canceled; anything else stays. True when the order does not stand.</summary>
    public bool Cancel(string reason, DateTimeOffset now)
    {
        if (Status == OrderStatus.Pending)
            End(reason, now);
        return IsDead;
    }

    private void End(string reason, DateTimeOffset now)
    {
        (Status, CanceledAt, CancelReason) = (OrderStatus.Canceled, now, reason);
        Timeline.Add(new(OrderEventKind.Canceled, now, reason));
    }
}

/// <summary>One line as it was sold; amounts in minor units of the order's currency.</summary>
public sealed class OrderItem
{
    /// <summary>The order.</summary>
    public Guid OrderId { get; init; }

    /// <summary>Counts the order's lines from 1.</summary>
    public int Position { get; init; }

    /// <summary>The variant's stock keeping unit.</summary>
    public required string Sku { get; init; }

    /// <summary>The product.</summary>
    public Guid ProductId { get; init; }

    /// <summary>Product and variant as shown when it was bought.</summary>
    public required string Title { get; init; }

    /// <summary>Pieces.</summary>
    public int Quantity { get; init; }

    /// <summary>Price of one piece as listed.</summary>
    public long UnitPrice { get; init; }

    /// <summary>Tax on the whole line, after discount.</summary>
    public long Tax { get; init; }

    /// <summary>The whole line, after discount, including tax.</summary>
    public long Total { get; init; }

    /// <summary>What promotions took off the whole line; null when nobody told.</summary>
    public long? Discount { get; init; }

    /// <summary>The tax rate in hundredths of a percent; null when nobody told.</summary>
    public int? TaxBasisPoints { get; init; }
}

/// <summary>What can happen to an order.</summary>
public enum OrderEventKind
{
    /// <summary>It was written down.</summary>
    Placed,

    /// <summary>The money was taken.</summary>
    Confirmed,

    /// <summary>It was ended.</summary>
    Canceled,
}

/// <summary>An entry of an order's timeline.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Detail">A stable code, such as the reason of a cancellation.</param>
public sealed record OrderEvent(OrderEventKind Kind, DateTimeOffset At, string? Detail)
{
    /// <summary>Rises in the order of writing.</summary>
    public long Id { get; private set; }
}
