using Shop.Inventory.Contracts;

namespace Shop.Checkout.Tests.Unit.Simulation;

/// <summary>Inventory as its Contracts describe it. A refusal is not remembered, which they allow.</summary>
internal sealed class ModelInventory(World world)
{
    public enum Hold
    {
        Held,
        Committed,
        Released,
        Expired,
    }

    public readonly Dictionary<string, int> OnHand = [];
    public readonly Dictionary<string, int> Reserved = [];
    public readonly Dictionary<Guid, Hold> Holds = [];
    private readonly Dictionary<Guid, IReadOnlyList<StockLine>> _lines = [];

    public void Receive(ReserveStock m)
    {
        if (Holds.TryGetValue(m.ReservationId, out var hold))
        {
            var stands = hold is Hold.Held or Hold.Committed;
            world.Send(
                stands ? new StockReserved(m.ReservationId) : new StockRejected(m.ReservationId, "inventory.reservation_closed", [])
            );
            return;
        }
        if (m.Lines.Any(l => OnHand[l.Sku] - Reserved[l.Sku] < l.Quantity))
        {
            world.Send(new StockRejected(m.ReservationId, "inventory.out_of_stock", []));
            return;
        }
        foreach (var line in m.Lines)
            Reserved[line.Sku] += line.Quantity;
        (Holds[m.ReservationId], _lines[m.ReservationId]) = (Hold.Held, m.Lines);
        world.Send(new StockReserved(m.ReservationId));
    }

    public void Receive(CommitReservation m)
    {
        if (!Holds.TryGetValue(m.ReservationId, out var hold) || hold is Hold.Released or Hold.Expired)
        {
            world.Send(new ReservationLost(m.ReservationId, "inventory.hold_expired"));
            return;
        }
        Holds[m.ReservationId] = Hold.Committed;
        world.Send(new ReservationCommitted(m.ReservationId));
    }

    public void Receive(ReleaseReservation m)
    {
        var stood = Holds.GetValueOrDefault(m.ReservationId, Hold.Released) is Hold.Held or Hold.Committed;
        if (stood && world.Payments.MayHoldMoney(m.ReservationId))
            world.Violation("stock was given back while the payment is unknown or stands");
        GiveBack(m.ReservationId, Hold.Released);
        world.Send(new ReservationReleased(m.ReservationId));
    }

    /// <summary>The sweep: holds whose time is up.</summary>
    public void Expire(Guid id)
    {
        if (Holds.TryGetValue(id, out var hold) && hold is Hold.Held)
            GiveBack(id, Hold.Expired);
    }

    private void GiveBack(Guid id, Hold because)
    {
        if (!Holds.TryGetValue(id, out var hold) || hold is Hold.Held or Hold.Committed)
            Holds[id] = because;
        if (hold is not (Hold.Held or Hold.Committed) || !_lines.TryGetValue(id, out var lines))
            return;
        foreach (var line in lines)
            Reserved[line.Sku] -= line.Quantity;
        _lines.Remove(id);
    }
}
