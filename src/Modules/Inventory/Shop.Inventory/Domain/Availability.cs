using Shop.Inventory.Contracts;

namespace Shop.Inventory.Domain;

/// <summary>What the rest of the shop hears about levels: crossings between none and some, and nothing in between.</summary>
internal static class Availability
{
    /// <summary>The event for items that crossed; null when none did, and a null message is not sent.</summary>
    public static AvailabilityChanged? Changed(IEnumerable<SkuAvailability> crossed) =>
        crossed.ToArray() is { Length: > 0 } items ? new AvailabilityChanged(items) : null;

    /// <summary>True when a change of <paramref name="delta"/> led to <paramref name="available"/> across zero.</summary>
    public static bool Crossed(int available, int delta) => available > 0 != available - delta > 0;
}
