using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Messaging;
using Shop.Host.Topology;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Runtime.Serialization;

namespace Shop.Host.Traffic;

/// <summary>
/// The side that gives a module up puts what waits in its inbox back into the module's queue, where the other side finds it: messages that
/// it had taken and not begun, and retries that are due later. What a handler has in hand it finishes.
/// </summary>
public sealed class Rehoming(Placement placement, ModuleTransport transport, TrafficStore store, IWolverineRuntime bus)
{
    private const int AtOnce = 100;

    /// <summary>Puts back what waits; to be called again as long as this side has given the module up.</summary>
    /// <returns>How many were put back.</returns>
    public async Task<int> RunAsync(PlacedModule module, CancellationToken cancellationToken)
    {
        var consumers = Consumer.All.Where(c => c.Module == module.Module && !c.IsQuery).ToArray();
        string[] places = [transport.QueueOf(module.Module).ToString(), .. consumers.Select(c => ModuleRoutes.LocalUriOf(c).ToString())];
        var moved = transport.IsDatabase
            ? await store.PutBackAsync(placement.EnvelopeSchema, module.Name.ToLowerInvariant(), places, cancellationToken)
            : await SendAgainAsync(module, consumers, places, cancellationToken);
        if (moved > 0)
            await store.CountRehomedAsync(module.Name, moved, cancellationToken);
        return moved;
    }

    // A broker has no table to put a row into, so the message is sent once more and then forgotten: twice at worst, never lost.
    private async Task<int> SendAgainAsync(PlacedModule module, Consumer[] consumers, string[] places, CancellationToken cancellationToken)
    {
        var waiting = await store.WaitingAsync(placement.EnvelopeSchema, places, AtOnce, cancellationToken);
        var sender = new MessageBus(bus);
        foreach (var (id, place, body) in waiting)
        {
            var envelope = EnvelopeSerializer.Deserialize(body);
            if (consumers.FirstOrDefault(c => c.WireName == envelope.MessageType) is not { } consumer)
                continue;
            var message = bus.Options.DefaultSerializer.ReadFromData(consumer.Message, envelope);
            await sender.EndpointFor(transport.QueueOf(module.Module)).SendAsync(message);
            await store.ForgetAsync(placement.EnvelopeSchema, id, place, cancellationToken);
        }
        return waiting.Count;
    }
}
