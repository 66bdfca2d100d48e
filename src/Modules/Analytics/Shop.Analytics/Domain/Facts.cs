namespace Shop.Analytics.Domain;

/// <summary>An order that was confirmed; written once, never changed.</summary>
public sealed class OrderFact
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>UTC day of its confirmation.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>What the payer paid, in minor units.</summary>
    public required long TotalMinor { get; init; }
}

/// <summary>How far shoppers come.</summary>
public enum FunnelStage
{
    /// <summary>The first line was put into a cart.</summary>
    Cart,

    /// <summary>Somebody asked to buy it.</summary>
    Checkout,

    /// <summary>An order was confirmed.</summary>
    Paid,

    /// <summary>The purchase ended without an order.</summary>
    Failed,
}

/// <summary>One cart, checkout or order that reached a stage; written once, never changed.</summary>
public sealed class FunnelFact
{
    /// <summary>The stage.</summary>
    public required FunnelStage Stage { get; init; }

    /// <summary>The cart, checkout or order.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>UTC day on which it was reached.</summary>
    public required DateOnly Day { get; init; }
}
