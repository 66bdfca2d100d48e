using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>Books a batch of received pieces, in one round trip also for a thousand lines.</summary>
public sealed class ReceiveStockHandler
{
    private const string Actor = "system";

    public static async Task<AvailabilityChanged?> Handle(ReceiveStock command, InventoryDbContext db, CancellationToken cancellationToken)
    {
        var crossed = await db.ReceiveAsync(command, Actor, cancellationToken);
        return Availability.Changed(crossed.Select(c => new SkuAvailability(c.Sku!, c.Available > 0, c.Version ?? 0)));
    }
}
