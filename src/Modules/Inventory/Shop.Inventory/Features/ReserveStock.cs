using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>Holds stock for a purchase, all lines or none, in one round trip: 200 buyers of one item queue for its row and nothing else.</summary>
public sealed class ReserveStockHandler
{
    public static async Task<(IIntegrationEvent Answer, AvailabilityChanged? SoldOut)> Handle(
        ReserveStock command,
        InventoryDbContext db,
        CancellationToken cancellationToken
    )
    {
        var rows = await db.ReserveAsync(command.ReservationId, command.Lines, command.HoldSeconds, cancellationToken);
        var outcome = rows.Select(r => r.Outcome).FirstOrDefault("reserved");
        var named = rows.Where(r => r.Sku is not null);
        if (outcome != "reserved")
        {
            var shortages = named.Select(r => new StockShortage(r.Sku!, r.Requested ?? 0, r.Available ?? 0));
            return (new StockRejected(command.ReservationId, outcome, [.. shortages]), null);
        }
        var soldOut = named.Where(r => r.Available == 0).Select(r => new SkuAvailability(r.Sku!, InStock: false, r.Version ?? 0));
        return (new StockReserved(command.ReservationId), Availability.Changed(soldOut));
    }
}
