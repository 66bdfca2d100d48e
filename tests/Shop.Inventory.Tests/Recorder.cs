using Shop.Inventory.Contracts;

namespace Shop.Inventory.Tests;

/// <summary>Makes the host of this assembly deliver the events that no module listens to yet, so that it can be seen that they are told.</summary>
public sealed class RecorderExtension() : RecordingExtension(typeof(RecorderHandler));

/// <summary>Stands for modules that listen; what they were told stays in the inbox, where tests look for it.</summary>
public static class RecorderHandler
{
    public static void Handle(StockLow _) { }

    public static void Handle(StockConsumed _) { }

    public static void Handle(ConsumptionRejected _) { }
}
