namespace Shop.Inventory.Domain;

/// <summary>
/// A line of the adjustments ledger: on hand, damaged and safety stock are the sums of these. Never changed, never removed; the database
/// refuses both.
/// </summary>
public sealed class Movement
{
    /// <summary>Rises in the order of writing.</summary>
    public long Id { get; private set; }

    /// <summary>The stock keeping unit.</summary>
    public required string Sku { get; init; }

    /// <summary>Where.</summary>
    public required Guid LocationId { get; init; }

    /// <summary>Pieces in (positive) or out (negative); 0 when pieces on hand only became fit or unfit for sale, or a count found no difference.</summary>
    public required int Delta { get; init; }

    /// <summary>Damaged pieces more (positive) or fewer (negative).</summary>
    public int DamagedDelta { get; init; }

    /// <summary>Pieces of safety stock more (positive) or fewer (negative).</summary>
    public int SafetyStockDelta { get; init; }

    /// <summary>On hand over all locations after it.</summary>
    public required int OnHand { get; init; }

    /// <summary>The item's version after it.</summary>
    public required long Version { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The staff member's user id, or <c>system</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The receipt it belongs to; null for an adjustment by hand.</summary>
    public Guid? ReceiptId { get; init; }

    /// <summary>What it belongs to: the lines of one move share an id, and what was shipped has its reservation's; else null.</summary>
    public Guid? Reference { get; init; }

    /// <summary>The caller's key of an adjustment by hand; once per actor.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request under that key.</summary>
    public byte[]? RequestHash { get; init; }
}

/// <summary>A batch that was booked; as the primary key its id is what makes a second delivery harmless.</summary>
public sealed class Receipt
{
    /// <summary>Chosen by the sender.</summary>
    public Guid Id { get; init; }

    /// <summary>When it was booked, UTC.</summary>
    public DateTimeOffset At { get; private set; }
}
