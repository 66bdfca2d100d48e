using Wolverine;
using Wolverine.Runtime;
using Wolverine.Runtime.Routing;

namespace Shop.TestKit;

/// <summary>
/// Makes the hosts of a test assembly deliver events to a handler of the tests, as they would to a module that listens, so that it can be
/// seen that they are told.
/// </summary>
/// <param name="handler">Has a static Handle for each event it hears.</param>
public abstract class RecordingExtension(Type handler) : IWolverineExtension, IMessageRoutingConvention
{
    private const string Queue = "recorder";

    /// <inheritdoc />
    public void Configure(WolverineOptions options)
    {
        options.Discovery.IncludeType(handler);
        options.LocalQueue(Queue).AddStickyHandler(handler);
        options.RouteWith(this);
    }

    /// <inheritdoc />
    public void DiscoverListeners(IWolverineRuntime runtime, IReadOnlyList<Type> handledMessageTypes) { }

    /// <inheritdoc />
    public IEnumerable<Wolverine.Configuration.Endpoint> DiscoverSenders(Type messageType, IWolverineRuntime runtime) =>
        handler.GetMethod("Handle", [messageType]) is null
            ? []
            : [runtime.Endpoints.GetOrBuildSendingAgent(new Uri($"local://{Queue}")).Endpoint];
}
