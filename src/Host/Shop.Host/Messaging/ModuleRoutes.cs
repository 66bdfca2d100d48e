using Shop.Host.Topology;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Runtime.Routing;
using Endpoint = Wolverine.Configuration.Endpoint;
using EndpointMode = Wolverine.Configuration.EndpointMode;

namespace Shop.Host.Messaging;

/// <summary>
/// Where each message goes, derived from the handlers: to a handler's own durable queue in this process, or to its module's queue on the
/// transport. A message with handlers in three modules goes three ways.
/// </summary>
public sealed class ModuleRoutes : IMessageRoutingConvention
{
    private const int WaitingHandlers = 32;

    private readonly IReadOnlyDictionary<Type, Uri[]> _routes;

    private ModuleRoutes(IReadOnlyDictionary<Type, Uri[]> routes) => _routes = routes;

    /// <summary>Every message's destinations, as this process sees them.</summary>
    public static IReadOnlyDictionary<Type, Uri[]> Of(Placement placement, ModuleTransport transport) =>
        Consumer
            .All.Where(c => !c.IsQuery)
            .GroupBy(c => c.Message)
            .ToDictionary(g => g.Key, g => g.Select(c => DestinationOf(c, placement, transport)).Distinct().ToArray());

    /// <summary>Makes the queues, listens to those of the modules hosted here, and routes by them.</summary>
    public static void AddTo(WolverineOptions options, Placement placement, ModuleTransport transport)
    {
        options.Policies.DisableConventionalLocalRouting();
        options.Discovery.DisableConventionalDiscovery();
        foreach (var consumer in Consumer.All.Where(c => placement.Of(c.Module.Name).IsHere))
        {
            options.Discovery.IncludeType(consumer.Handler);
            // Also of a moving module: what waits there from before the move is handled here.
            if (!consumer.IsQuery)
                options.LocalQueue(LocalQueueOf(consumer)).AddStickyHandler(consumer.Handler);
        }
        if (placement.IsSplit)
            foreach (var module in placement.Hosted)
                Listen(options, transport.QueueOf(module), Consumer.All.Where(c => c.Module == module && !c.IsQuery));
        foreach (var module in placement.Modules.Where(m => m.IsReachedByTransport))
            options.Transports.GetOrCreateEndpoint(transport.QueueOf(module.Module)).Mode = EndpointMode.Durable;
        options.RouteWith(new ModuleRoutes(Of(placement, transport)));
    }

    // A handler is tied to its queues, else a message that came for one module would be handled by every module here that knows it.
    private static void Listen(WolverineOptions options, Uri queue, IEnumerable<Consumer> consumers)
    {
        var listener = options.ListenForMessagesFrom(queue).UseDurableInbox();
        foreach (var consumer in consumers)
        {
            listener.AddStickyHandler(consumer.Handler);
            // A handler that says how many of its messages may be handled at once means that it mostly waits for somebody outside.
            if (consumer.Handler.IsAssignableTo(typeof(Wolverine.Configuration.IConfigureLocalQueue)))
                listener.MaximumParallelMessages(WaitingHandlers);
        }
    }

    private static Uri DestinationOf(Consumer consumer, Placement placement, ModuleTransport transport) =>
        placement.Of(consumer.Module.Name).IsReachedByTransport ? transport.QueueOf(consumer.Module) : LocalUriOf(consumer);

    /// <summary>A handler's own queue inside a process.</summary>
    public static Uri LocalUriOf(Consumer consumer) => new($"local://{LocalQueueOf(consumer)}");

    private static string LocalQueueOf(Consumer consumer) => consumer.Handler.FullName!.ToLowerInvariant();

    /// <inheritdoc />
    public void DiscoverListeners(IWolverineRuntime runtime, IReadOnlyList<Type> handledMessageTypes) { }

    /// <inheritdoc />
    public IEnumerable<Endpoint> DiscoverSenders(Type messageType, IWolverineRuntime runtime) =>
        _routes.TryGetValue(messageType, out var destinations)
            ? destinations.Select(d => runtime.Endpoints.GetOrBuildSendingAgent(d).Endpoint)
            : [];
}
