namespace Shop.Inventory.Domain;

/// <summary>One stock keeping unit in the warehouse. The database checks 0 &lt;= reserved &lt;= on hand after every statement.</summary>
public sealed class StockItem
{
    /// <summary>The variant's stock keeping unit.</summary>
    public required string Sku { get; init; }

    /// <summary>Pieces in the house, promised or not.</summary>
    public int OnHand { get; private set; }

    /// <summary>Pieces of these that are held or committed for a purchase and not shipped yet.</summary>
    public int Reserved { get; private set; }

    /// <summary>Rises by one with each change; starts at 1.</summary>
    public long Version { get; private set; }
}
