using Shop.BuildingBlocks.Contracts;

namespace Shop.Inventory.Contracts;

/// <summary>A quantity of one stock keeping unit.</summary>
/// <param name="Sku">The variant's stock keeping unit.</param>
/// <param name="Quantity">Pieces, at least 1.</param>
public sealed record StockLine(string Sku, int Quantity);

/// <summary>Holds stock for a purchase, all lines or none. Answered by <see cref="StockReserved"/> or <see cref="StockRejected"/>.</summary>
/// <param name="ReservationId">Chosen by the sender; the same id twice holds once.</param>
/// <param name="Lines">Lines of one SKU count together.</param>
/// <param name="HoldSeconds">How long the hold lasts unless committed, by the database's clock.</param>
[MessageIdentity("inventory.reserve-stock")]
public sealed record ReserveStock(Guid ReservationId, IReadOnlyList<StockLine> Lines, int HoldSeconds) : ICommand;

/// <summary>Turns a hold into a commitment that does not expire. Answered by <see cref="ReservationCommitted"/> or <see cref="ReservationLost"/>.</summary>
/// <param name="ReservationId">The reservation.</param>
[MessageIdentity("inventory.commit-reservation")]
public sealed record CommitReservation(Guid ReservationId) : ICommand;

/// <summary>
/// Gives held or committed stock back. Answered by <see cref="ReservationReleased"/>, also when there is nothing to give back; an id
/// released before it was reserved can't be reserved afterwards.
/// </summary>
/// <param name="ReservationId">The reservation.</param>
[MessageIdentity("inventory.release-reservation")]
public sealed record ReleaseReservation(Guid ReservationId) : ICommand;

/// <summary>Books received pieces into stock, creating items not known before.</summary>
/// <param name="ReceiptId">The same id twice books once.</param>
/// <param name="Lines">Received pieces; a quantity of 0 only creates the item.</param>
/// <param name="Reason">Shown in the adjustments ledger, such as <c>import</c>.</param>
/// <param name="LocationId">Where they lie; the main location when null. At an unknown or closed one nothing is booked: the message fails.</param>
[MessageIdentity("inventory.receive-stock")]
public sealed record ReceiveStock(Guid ReceiptId, IReadOnlyList<StockLine> Lines, string Reason, Guid? LocationId = null) : ICommand;

/// <summary>
/// Takes shipped pieces of a committed reservation out of stock. Answered by <see cref="StockConsumed"/> or <see cref="ConsumptionRejected"/>.
/// </summary>
/// <param name="ConsumptionId">
/// Chosen by the sender, one a parcel; the same id twice takes out once. After <c>inventory.not_on_hand</c> it may be tried again.
/// </param>
/// <param name="ReservationId">The reservation.</param>
/// <param name="Lines">What was shipped; all that is left of the reservation when null.</param>
[MessageIdentity("inventory.consume-reservation")]
public sealed record ConsumeReservation(Guid ConsumptionId, Guid ReservationId, IReadOnlyList<StockLine>? Lines = null) : ICommand;
