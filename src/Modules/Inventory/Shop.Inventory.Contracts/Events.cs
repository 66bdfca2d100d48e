using Shop.BuildingBlocks.Contracts;

namespace Shop.Inventory.Contracts;

/// <summary>All lines of the reservation are held.</summary>
/// <param name="ReservationId">The reservation.</param>
/// <param name="Backordered">Pieces of it that are not there yet; null when all are.</param>
[MessageIdentity("inventory.stock-reserved")]
public sealed record StockReserved(Guid ReservationId, IReadOnlyList<StockLine>? Backordered = null) : IIntegrationEvent;

/// <summary>A line that could not be held.</summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="Requested">Pieces asked for, over all lines of the SKU.</param>
/// <param name="Available">Pieces that could have been held.</param>
public sealed record StockShortage(string Sku, int Requested, int Available);

/// <summary>Nothing was held.</summary>
/// <param name="ReservationId">The reservation.</param>
/// <param name="Code"><c>inventory.out_of_stock</c>, <c>inventory.unknown_sku</c> or <c>inventory.reservation_closed</c>.</param>
/// <param name="Shortages">The lines at fault; empty for a closed reservation.</param>
[MessageIdentity("inventory.stock-rejected")]
public sealed record StockRejected(Guid ReservationId, string Code, IReadOnlyList<StockShortage> Shortages) : IIntegrationEvent;

/// <summary>The hold no longer expires.</summary>
/// <param name="ReservationId">The reservation.</param>
[MessageIdentity("inventory.reservation-committed")]
public sealed record ReservationCommitted(Guid ReservationId) : IIntegrationEvent;

/// <summary>The hold had expired, was released or never existed when it was to be committed.</summary>
/// <param name="ReservationId">The reservation.</param>
/// <param name="Code"><c>inventory.hold_expired</c> or <c>inventory.reservation_closed</c>.</param>
[MessageIdentity("inventory.reservation-lost")]
public sealed record ReservationLost(Guid ReservationId, string Code) : IIntegrationEvent;

/// <summary>The reservation holds nothing any more.</summary>
/// <param name="ReservationId">The reservation.</param>
[MessageIdentity("inventory.reservation-released")]
public sealed record ReservationReleased(Guid ReservationId) : IIntegrationEvent;

/// <summary>Whether a SKU can be bought.</summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="InStock">At least one piece is available or can be backordered.</param>
/// <param name="Version">Rises with each change of the item; an older fact never overwrites a newer one.</param>
public sealed record SkuAvailability(string Sku, bool InStock, long Version);

/// <summary>SKUs came into stock or ran out; sent on crossings only.</summary>
/// <param name="Items">The SKUs that crossed.</param>
[MessageIdentity("inventory.availability-changed")]
public sealed record AvailabilityChanged(IReadOnlyList<SkuAvailability> Items) : IIntegrationEvent;

/// <summary>Pieces of a reservation were shipped and are no longer in stock.</summary>
/// <param name="ConsumptionId">As commanded.</param>
/// <param name="ReservationId">The reservation.</param>
[MessageIdentity("inventory.stock-consumed")]
public sealed record StockConsumed(Guid ConsumptionId, Guid ReservationId) : IIntegrationEvent;

/// <summary>Nothing was taken out of stock.</summary>
/// <param name="ConsumptionId">As commanded.</param>
/// <param name="ReservationId">The reservation.</param>
/// <param name="Code">
/// <c>inventory.not_committed</c>, <c>inventory.already_shipped</c>, <c>inventory.more_than_reserved</c> or <c>inventory.not_on_hand</c>
/// (backordered, and not received yet or there for other reservations); only the last may be another answer later, to the same command.
/// </param>
[MessageIdentity("inventory.consumption-rejected")]
public sealed record ConsumptionRejected(Guid ConsumptionId, Guid ReservationId, string Code) : IIntegrationEvent;

/// <summary>A SKU of which little is left.</summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="Available">Pieces available.</param>
/// <param name="Threshold">Low is this many or fewer.</param>
/// <param name="Version">Rises with each change of the item.</param>
public sealed record LowStock(string Sku, int Available, int Threshold, long Version);

/// <summary>SKUs fell to their threshold, or were found below it when it was set; sent on crossings only.</summary>
/// <param name="Items">The SKUs that crossed.</param>
[MessageIdentity("inventory.stock-low")]
public sealed record StockLow(IReadOnlyList<LowStock> Items) : IIntegrationEvent;
