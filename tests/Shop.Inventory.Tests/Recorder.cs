using Shop.Inventory.Contracts;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Runtime.Routing;

namespace Shop.Inventory.Tests;

/// <summary>Makes the host of this assembly deliver the events that no module listens to yet, so that it can be seen that they are told.</summary>
public sealed class RecorderExtension : IWolverineExtension, IMessageRoutingConvention
{
    private const string Queue = "recorder";

    /// <inheritdoc />
    public void Configure(WolverineOptions options)
    {
        options.Discovery.IncludeType(typeof(RecorderHandler));
        options.LocalQueue(Queue).AddStickyHandler(typeof(RecorderHandler));
        options.RouteWith(this);
    }

    /// <inheritdoc />
    public void DiscoverListeners(IWolverineRuntime runtime, IReadOnlyList<Type> handledMessageTypes) { }

    /// <inheritdoc />
    public IEnumerable<Wolverine.Configuration.Endpoint> DiscoverSenders(Type messageType, IWolverineRuntime runtime) =>
        typeof(RecorderHandler).GetMethod(nameof(RecorderHandler.Handle), [messageType]) is null
            ? []
            : [runtime.Endpoints.GetOrBuildSendingAgent(new Uri($"local://{Queue}")).Endpoint];
}

/// <summary>Stands for modules that listen; what they were told stays in the inbox, where tests look for it.</summary>
public static class RecorderHandler
{
    public static void Handle(StockLow _) { }

    public static void Handle(StockConsumed _) { }

    public static void Handle(ConsumptionRejected _) { }
}
