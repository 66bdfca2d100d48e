using System.Collections.Concurrent;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Frames;
using JasperFx.CodeGeneration.Model;
using Wolverine;
using Wolverine.Configuration;
using Wolverine.Runtime;
using Wolverine.Runtime.Handlers;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>Which messages are being handled in this process at this moment. Generated handler code keeps the book.</summary>
public static class MessagesInHand
{
    private static readonly ConcurrentDictionary<(Guid, Uri?), int> Book = [];

    /// <summary>True while a handler of this process has it.</summary>
    /// <param name="id">The envelope's.</param>
    /// <param name="place">Where it was received: one message may be handled in several places.</param>
    public static bool Contains(Guid id, Uri place) => Book.ContainsKey((id, place));

    /// <summary>Notes it until the entry is disposed of.</summary>
    public static Entry Take(MessageContext context)
    {
        var key = (context.Envelope!.Id, context.Envelope.Destination);
        Book.AddOrUpdate(key, 1, (_, hands) => hands + 1);
        return new(key);
    }

    /// <summary>A message in hand.</summary>
    public readonly struct Entry((Guid, Uri?) key) : IDisposable
    {
        /// <summary>It is out of hand.</summary>
        public void Dispose()
        {
            // A message that was given back and came again may be in two hands for a while.
            while (Book.TryGetValue(key, out var hands))
                if (hands == 1 ? Book.TryRemove(new(key, 1)) : Book.TryUpdate(key, hands - 1, hands))
                    return;
        }
    }
}

/// <summary>Has every handler's code note that its message is in hand, before it waits for anything.</summary>
public sealed class KeepMessagesInHand : IHandlerPolicy
{
    /// <inheritdoc />
    public void Apply(IReadOnlyList<HandlerChain> chains, GenerationRules rules, IServiceContainer container)
    {
        foreach (var chain in chains)
            chain.Middleware.Insert(0, new TakeFrame());
    }

    private sealed class TakeFrame : SyncFrame
    {
        private Variable? _context;

        public override IEnumerable<Variable> FindVariables(IMethodVariables chain)
        {
            yield return _context = chain.FindVariable(typeof(MessageContext));
        }

        public override void GenerateCode(GeneratedMethod method, ISourceWriter writer)
        {
            writer.Write($"using var inHand = {typeof(MessagesInHand).FullName}.{nameof(MessagesInHand.Take)}({_context!.Usage});");
            Next?.GenerateCode(method, writer);
        }
    }
}
