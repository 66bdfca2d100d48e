using Shop.BuildingBlocks.Messaging;
using Shop.Host.Messaging;
using Shop.Host.Topology;

namespace Shop.Host.Advice;

/// <summary>Messages from one module to another.</summary>
/// <param name="From">The sender; null when the code doesn't say which module it is.</param>
/// <param name="To">The receiver.</param>
/// <param name="Count">Over the days that the inbox remembers.</param>
/// <param name="InWindow">In the window of the requests.</param>
public sealed record MessageFlow(string? From, string To, long Count, long InWindow)
{
    private static readonly Dictionary<string, Type> ByWireName = Consumer
        .All.Select(c => c.Message)
        .Distinct()
        .Where(m => MessageNaming.NameOf(m) is not null)
        .ToDictionary(m => MessageNaming.NameOf(m)!);

    /// <summary>From the bus's own words; null for what is no message between two modules, or is no longer known.</summary>
    internal static MessageFlow? Of(string wireName, string receivedAt, long count, long inWindow, ModuleTransport transport)
    {
        var at = receivedAt.TrimEnd('/');
        var to =
            Consumer.All.FirstOrDefault(c => ModuleRoutes.LocalUriOf(c).ToString().TrimEnd('/') == at)?.Module
            ?? Modules.All.FirstOrDefault(m => transport.QueueOf(m).ToString().TrimEnd('/') == at);
        if (to is null || !ByWireName.TryGetValue(wireName, out var message))
            return null;
        var from = ModuleTies.SenderOf(message);
        return from == to.Name ? null : new(from, to.Name, count, inWindow);
    }

    /// <summary>One module's messages.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="flows">All messages.</param>
    /// <param name="hasWindow">False when <see cref="InWindow"/> means nothing.</param>
    public static ModuleMessages Sum(string module, IReadOnlyList<MessageFlow> flows, bool hasWindow)
    {
        var hears = flows.Where(f => f.To == module).ToArray();
        var tells = flows.Where(f => f.From == module).ToArray();
        var answering = hears.Select(f => f.From).Intersect(tells.Select(f => f.To)).ToHashSet();
        var dialogue = hears.Where(f => answering.Contains(f.From)).Concat(tells.Where(f => answering.Contains(f.To))).Sum(f => f.InWindow);
        return new(hears.Sum(f => f.Count), tells.Sum(f => f.Count), hasWindow ? dialogue : null);
    }
}
