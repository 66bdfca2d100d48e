namespace Shop.Inventory.Domain;

/// <summary>
/// One stock keeping unit over all locations: the row that every change of its stock locks first. The database checks after every statement
/// that no more is promised or set aside than there is, but for what may be backordered.
/// </summary>
public sealed class StockItem
{
    /// <summary>The variant's stock keeping unit.</summary>
    public required string Sku { get; init; }

    /// <summary>Pieces in the house, promised or not.</summary>
    public int OnHand { get; private set; }

    /// <summary>Pieces that are held or committed for a purchase and not shipped yet.</summary>
    public int Reserved { get; private set; }

    /// <summary>Pieces on hand that are not for sale: damaged, or safety stock.</summary>
    public int Unavailable { get; private set; }

    /// <summary>Pieces on hand that nobody has been promised; below zero by what is backordered.</summary>
    public int Available { get; private set; }

    /// <summary>Pieces that can be bought: those available, and while backorders are taken, those up to the limit.</summary>
    public int Sellable { get; private set; }

    /// <summary>Holds may go beyond stock.</summary>
    public bool Backorder { get; private set; }

    /// <summary>How many pieces may be promised beyond stock; stays in force for those that are when no more are taken.</summary>
    public int BackorderLimit { get; private set; }

    /// <summary>Low is this many pieces available or fewer; null when nobody wants to know.</summary>
    public int? LowStockThreshold { get; private set; }

    /// <summary>Rises with each change; starts at 1.</summary>
    public long Version { get; private set; }
}
