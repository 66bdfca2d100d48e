using Npgsql;
using Shop.BuildingBlocks;
using Shop.Host.Messaging;
using Shop.Host.Topology;
using Wolverine;
using Wolverine.Runtime;
using Wolverine.Runtime.Serialization;

namespace Shop.Host.Traffic;

/// <summary>
/// What waits in the inbox of a side that has given a module up goes back into the module's queue, where the other side finds it: messages that
/// it had taken and not begun, and retries that are due later. What a handler has in hand it finishes. The side that gave it up sees to that,
/// and so does the one that has the module now: the first may be dead.
/// </summary>
public sealed class Rehoming(Placement placement, ModuleTransport transport, TrafficStore store, IWolverineRuntime bus)
{
    private const int AtOnce = 100;

    /// <summary>The addresses at which a module's messages are received, on whichever side.</summary>
    public string[] PlacesOf(IModule module) =>
        [transport.QueueOf(module).ToString(), .. ConsumersOf(module).Select(c => ModuleRoutes.LocalUriOf(c).ToString())];

    /// <summary>Puts back what waits; to be called again as long as that side has given the module up.</summary>
    /// <param name="module">The module.</param>
    /// <param name="inbox">Schema of that side's envelopes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many were put back.</returns>
    public async Task<int> RunAsync(IModule module, string inbox, CancellationToken cancellationToken)
    {
        var moved = transport.IsDatabase
            ? await store.PutBackAsync(inbox, module.Name.ToLowerInvariant(), PlacesOf(module), cancellationToken)
            : await SendAgainAsync(module, inbox, cancellationToken);
        if (moved > 0)
            await store.CountRehomedAsync(module.Name, moved, cancellationToken);
        return moved;
    }

    // A broker has no table to put a row into: the message goes into this side's outbox, under its own id, and from there to the queue.
    // A retry that was due later is due now.
    private async Task<int> SendAgainAsync(IModule module, string inbox, CancellationToken cancellationToken)
    {
        var known = ConsumersOf(module).Select(c => c.WireName).ToHashSet();
        var queue = bus.Endpoints.GetOrBuildSendingAgent(transport.QueueOf(module)).Destination;
        var sent = 0;
        int found;
        do
        {
            found = 0;
            foreach (var (_, place, body) in await store.WaitingAsync(inbox, PlacesOf(module), AtOnce, cancellationToken))
            {
                var letter = EnvelopeSerializer.Deserialize(body);
                if (!known.Contains(letter.MessageType!))
                    continue;
                letter.Destination = queue;
                letter.ScheduledTime = null;
                if (await store.SendOnAsync(inbox, place, placement.EnvelopeSchema, letter, cancellationToken))
                    found++;
            }
            sent += found;
        } while (found > 0);
        return sent;
    }

    private static IEnumerable<Consumer> ConsumersOf(IModule module) => Consumer.All.Where(c => c.Module == module && !c.IsQuery);
}
