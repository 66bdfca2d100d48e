using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;

namespace Shop.Inventory.Features;

/// <summary>Makes a hold permanent. The pieces stay reserved until they are shipped, so what is available does not change.</summary>
public sealed class CommitReservationHandler
{
    public static async Task<IIntegrationEvent> Handle(
        CommitReservation command,
        InventoryDbContext db,
        CancellationToken cancellationToken
    ) =>
        await db.CommitAsync(command.ReservationId, cancellationToken) switch
        {
            "committed" => new ReservationCommitted(command.ReservationId),
            var code => new ReservationLost(command.ReservationId, code),
        };
}
