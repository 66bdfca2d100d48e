using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;

namespace Shop.Inventory.Features;

/// <summary>Takes what was shipped out of stock. It was promised before, so what is available does not change.</summary>
public sealed class ConsumeReservationHandler
{
    public static async Task<IIntegrationEvent> Handle(
        ConsumeReservation command,
        InventoryDbContext db,
        CancellationToken cancellationToken
    ) =>
        await db.ConsumeAsync(command, cancellationToken) switch
        {
            "consumed" => new StockConsumed(command.ConsumptionId, command.ReservationId),
            var code => new ConsumptionRejected(command.ConsumptionId, command.ReservationId, code),
        };
}
