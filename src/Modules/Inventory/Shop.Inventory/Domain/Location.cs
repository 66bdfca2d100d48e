namespace Shop.Inventory.Domain;

/// <summary>A place where stock lies: a warehouse, a shop's back room.</summary>
public sealed class Location
{
    /// <summary>
    /// The location every shop is born with. Receipts that name no other are booked there, and backorders wait there; it can be renamed, not
    /// deactivated.
    /// </summary>
    public static readonly Guid Main = Guid.Parse("00000000-0000-7000-8000-000000000001");

    /// <summary>Chosen by the shop.</summary>
    public Guid Id { get; init; }

    /// <summary>For people; no two alike.</summary>
    public required string Name { get; set; }

    /// <summary>Holds take pieces from the lowest first.</summary>
    public int Priority { get; set; }

    /// <summary>False: nothing lies there and nothing may be put there.</summary>
    public bool Active { get; set; }

    /// <summary>Rises with each change; starts at 1.</summary>
    public long Version { get; set; }
}

/// <summary>One stock keeping unit at one location. Changed only under the lock of its <see cref="StockItem"/>.</summary>
public sealed class LocationLevel
{
    /// <summary>The stock keeping unit.</summary>
    public required string Sku { get; init; }

    /// <summary>The location.</summary>
    public Guid LocationId { get; init; }

    /// <summary>Pieces that lie there.</summary>
    public int OnHand { get; set; }

    /// <summary>Pieces that are held or committed for a purchase and not shipped yet.</summary>
    public int Reserved { get; private set; }

    /// <summary>Pieces on hand that nobody can be sold.</summary>
    public int Damaged { get; set; }

    /// <summary>Pieces on hand that are kept back.</summary>
    public int SafetyStock { get; set; }

    /// <summary>The rest: on hand, not promised and not set aside; below zero by what is backordered.</summary>
    public int Available { get; private set; }
}
