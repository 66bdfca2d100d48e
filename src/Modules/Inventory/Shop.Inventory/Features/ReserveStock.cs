using Shop.BuildingBlocks.Contracts;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;
using Wolverine.Configuration;
using Wolverine.Runtime;
using Wolverine.Transports.Local;

namespace Shop.Inventory.Features;

/// <summary>
/// Holds stock for a purchase, all lines or none. Takes no DbContext: its transaction is the one of its batch (docs/adr/0016).
/// </summary>
public sealed class ReserveStockHandler : IConfigureLocalQueue
{
    /// <summary>Waiting for a batch costs no connection, and who doesn't wait here can't be in one.</summary>
    public static void Configure(LocalQueueConfiguration configuration) =>
        configuration.MaximumParallelMessages(HoldCoalescer.WaitingAtMost);

    /// <summary>See <see cref="HoldCoalescer"/>.</summary>
    public static Task Handle(ReserveStock command, HoldCoalescer holds, MessageContext incoming, CancellationToken cancellationToken) =>
        holds.HoldAsync(command, incoming, cancellationToken);
}

/// <summary>How one hold ended, and what others hear of it.</summary>
/// <param name="Answer"><see cref="StockReserved"/> or <see cref="StockRejected"/>.</param>
/// <param name="SoldOut">Items that can't be bought any more; null when there are none.</param>
/// <param name="Low">Items that became low; null when none did.</param>
public sealed record HoldOutcome(IIntegrationEvent Answer, AvailabilityChanged? SoldOut, StockLow? Low);

/// <summary>Holds as a function: commands in, outcomes out.</summary>
public static class Holds
{
    /// <summary>Makes all of them in the caller's transaction, in one round trip; the outcomes are in the commands' order.</summary>
    public static async Task<IReadOnlyList<HoldOutcome>> MakeAsync(
        InventoryDbContext db,
        IReadOnlyList<ReserveStock> commands,
        CancellationToken cancellationToken
    )
    {
        var rows = (await db.HoldAsync(commands, cancellationToken)).ToLookup(r => r.Hold);
        return [.. commands.Select((command, n) => Outcome(command.ReservationId, [.. rows[n + 1]]))];
    }

    private static HoldOutcome Outcome(Guid id, HeldRow[] rows)
    {
        var outcome = rows.Select(r => r.Outcome).FirstOrDefault("reserved");
        var named = rows.Where(r => r.Sku is not null).ToArray();
        if (outcome != "reserved")
        {
            var shortages = named.Select(r => new StockShortage(r.Sku!, r.Requested ?? 0, r.Sellable ?? 0));
            return new(new StockRejected(id, outcome, [.. shortages]), null, null);
        }
        var backordered = named.Where(r => r.Backordered > 0).Select(r => new StockLine(r.Sku!, r.Backordered ?? 0)).ToArray();
        var soldOut = named.Where(r => r.Sellable == 0).Select(r => new SkuAvailability(r.Sku!, InStock: false, r.Version ?? 0));
        var low = named
            .Where(r => Availability.BecameLow((r.Available + r.Requested) ?? 0, r.Available ?? 0, r.Threshold))
            .Select(r => new LowStock(r.Sku!, r.Available ?? 0, r.Threshold ?? 0, r.Version ?? 0));
        return new(new StockReserved(id, backordered is [] ? null : backordered), Availability.Changed(soldOut), Availability.Low(low));
    }
}
