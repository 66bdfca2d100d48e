using Shop.Inventory.Contracts;

namespace Shop.Inventory.Domain;

/// <summary>What the rest of the shop hears about levels: crossings between none and some, and nothing in between.</summary>
internal static class Availability
{
    /// <summary>The event for items that crossed; null when none did, and a null message is not sent.</summary>
    public static AvailabilityChanged? Changed(IEnumerable<SkuAvailability> crossed) =>
        crossed.ToArray() is { Length: > 0 } items ? new AvailabilityChanged(items) : null;

    /// <summary>The event for items that became low; null when none did.</summary>
    public static StockLow? Low(IEnumerable<LowStock> crossed) => crossed.ToArray() is { Length: > 0 } items ? new StockLow(items) : null;

    /// <summary>True when pieces available fell from above the threshold to it or below.</summary>
    public static bool BecameLow(int before, int after, int? threshold) => after <= threshold && before > threshold;

    /// <summary>True when a change of <paramref name="delta"/> led to <paramref name="sellable"/> pieces across zero.</summary>
    public static bool Crossed(int sellable, int delta) => sellable > 0 != sellable - delta > 0;
}
