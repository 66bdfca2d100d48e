namespace Shop.Inventory.Domain;

/// <summary>Where a reservation stands. Held, committed and consumed follow each other; the other three are ends.</summary>
public enum ReservationState
{
    /// <summary>Promised until it expires.</summary>
    Held,

    /// <summary>Promised for good: the purchase went through.</summary>
    Committed,

    /// <summary>Shipped: the pieces have left the house.</summary>
    Consumed,

    /// <summary>Given back, or refused in advance: released before it was reserved.</summary>
    Released,

    /// <summary>Given back because nobody committed it in time.</summary>
    Expired,

    /// <summary>Never held: a line was short or unknown.</summary>
    Rejected,
}

/// <summary>Stock promised to one purchase, all lines or none.</summary>
public sealed class Reservation
{
    /// <summary>Chosen by the sender; as the primary key it is what makes a second delivery harmless.</summary>
    public Guid Id { get; init; }

    /// <summary>Where it stands.</summary>
    public ReservationState State { get; private set; }

    /// <summary>When a hold ends, by the database's clock.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When it was first heard of.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Why nothing was held; kept, so that a second delivery is answered in the same words.</summary>
    public string? RejectionCode { get; private set; }

    /// <summary>The lines at fault as JSON: sku, requested, available.</summary>
    public string? Shortages { get; private set; }

    /// <summary>What is held.</summary>
    public List<ReservationLine> Lines { get; } = [];
}

/// <summary>Pieces of one stock keeping unit from one location in a reservation.</summary>
public sealed class ReservationLine
{
    /// <summary>The reservation.</summary>
    public Guid ReservationId { get; init; }

    /// <summary>The stock keeping unit; once per reservation and location.</summary>
    public required string Sku { get; init; }

    /// <summary>Where the pieces lie.</summary>
    public Guid LocationId { get; init; }

    /// <summary>Pieces.</summary>
    public int Quantity { get; init; }

    /// <summary>Pieces of these that were not there yet when they were held.</summary>
    public int Backordered { get; init; }

    /// <summary>Pieces of these that have been shipped.</summary>
    public int Consumed { get; init; }
}

/// <summary>
/// Pieces of a reservation that left the house, or that never will; as the primary key its id is what makes a second delivery harmless.
/// </summary>
public sealed class Consumption
{
    /// <summary>Chosen by the sender.</summary>
    public Guid Id { get; init; }

    /// <summary>The reservation.</summary>
    public Guid ReservationId { get; init; }

    /// <summary><c>consumed</c>, or the code of the refusal; kept, so that a second delivery is answered in the same words.</summary>
    public required string Outcome { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset At { get; private set; }
}
