using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>Gives a reservation's pieces back, exactly once however often it is asked.</summary>
public sealed class ReleaseReservationHandler
{
    public static async Task<(ReservationReleased Answer, AvailabilityChanged? BackInStock)> Handle(
        ReleaseReservation command,
        InventoryDbContext db,
        CancellationToken cancellationToken
    )
    {
        var crossed = await db.ReleaseAsync(command.ReservationId, cancellationToken);
        var items = crossed.Select(c => new SkuAvailability(c.Sku!, InStock: true, c.Version ?? 0));
        return (new ReservationReleased(command.ReservationId), Availability.Changed(items));
    }
}
