using Microsoft.Extensions.DependencyInjection;
using Mono.Cecil.Cil;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks.Contracts;
using Wolverine.Runtime;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 12: every event has a handler or is listed as unhandled, every command and query has exactly one, in its own module; an event is
/// published by its owner; and the bus finds what looks like a handler.
/// </summary>
public sealed class Wall12Handlers(ShopFixture shop)
{
    private const string ListFile = "KnownUnhandled.txt";

    [Fact]
    public void Every_message_is_handled_by_those_who_should()
    {
        var messages = Messages.Among(ShopModule.AllTypes);
        var handlers = Messages.HandlersAmong(ShopModule.AllTypes);
        handlers.Count.ShouldBeGreaterThan(0);
        Unanswered(messages, handlers, Repo.List(ListFile)).ShouldBeNone(messages.Count);
    }

    [Fact]
    public void Whatever_looks_like_a_handler_is_found_by_the_bus()
    {
        var shaped = Messages.HandlerShaped(ShopModule.AllTypes).ToArray();
        shaped.SelectMany(Overlooked).ShouldBeNone(shaped.Length);
    }

    // The conventions above are ours; this asks the bus itself.
    [Fact]
    public void The_running_bus_knows_every_handler()
    {
        var runtime = (WolverineRuntime)shop.Services.GetRequiredService<IWolverineRuntime>();
        var known = runtime.Handlers.AllChains().SelectMany(c => c.Handlers.Select(h => (h.HandlerType, c.MessageType))).ToHashSet();
        var handlers = Messages.HandlersAmong(ShopModule.AllTypes);
        handlers
            .Where(h => !known.Contains((h.Class, h.Message)))
            .Select(h => new Violation(
                h.ToString(),
                "is unknown to the running bus",
                "make class and method public and name them as the house does"
            ))
            .ShouldBeNone(handlers.Count);
    }

    [Fact]
    public void Every_event_is_published_by_its_owner_and_nobody_else()
    {
        var events = Messages.Among(ShopModule.AllTypes).Where(m => m.IsAssignableTo(typeof(IIntegrationEvent))).ToArray();
        var makers = ShopModule.All.ToDictionary(m => m.Name, m => Made(Il.Types(m.Code)));
        Publishers(events, makers).ShouldBeNone(events.Length);
    }

    [Fact]
    public void Planted_messages_without_or_with_too_many_handlers_are_caught()
    {
        var types = GetType().Assembly.GetTypes();
        var known = ListEntry.Parse(["alpha.alpha-happened # it has a handler by now", "beta.nobody-knows"]);
        var found = Unanswered(Messages.Among(types), Messages.HandlersAmong(types), known).ToArray();
        found.ShouldCatch(nameof(Beta.Contracts.NobodyListens), "no handler");
        found.ShouldCatch(nameof(Beta.Contracts.DoTwice), "2 handlers");
        found.ShouldCatch(nameof(Beta.Contracts.DoNothing), "no handler");
        found.ShouldCatch(nameof(Alpha.Contracts.DoAlpha), "outside of Alpha");
        found.ShouldCatch(ListFile, "alpha.alpha-happened");
        found.ShouldCatch(ListFile, "beta.nobody-knows is excepted without a reason");
        found.ShouldSpare("Contracts." + nameof(Alpha.Contracts.AlphaHappened));
    }

    [Fact]
    public void Planted_handlers_that_the_bus_overlooks_are_caught()
    {
        var found = Messages.HandlerShaped(GetType().Assembly.GetTypes()).SelectMany(Overlooked).ToArray();
        found.ShouldCatch(nameof(Beta.Code.ReactsToAlpha), "not named");
        found.ShouldCatch("SilentHandler", "not public");
        found.ShouldSpare(nameof(Beta.Subscriptions.OnAlphaHappenedHandler));
    }

    [Fact]
    public void Planted_publishers_are_caught()
    {
        var types = Il.Types(GetType().Assembly);
        var makers = new Dictionary<string, IReadOnlySet<string>>
        {
            ["Alpha"] = Made(types.In("Shop.Alpha.Code")),
            ["Beta"] = Made(types.In("Shop.Beta.Code")),
        };
        var found = Publishers([typeof(Alpha.Contracts.AlphaHappened), typeof(Beta.Contracts.NobodyListens)], makers).ToArray();
        found.ShouldCatch(nameof(Alpha.Contracts.AlphaHappened), "by Beta");
        found.ShouldCatch(nameof(Beta.Contracts.NobodyListens), "by nobody");
    }

    private static IEnumerable<Violation> Unanswered(
        IReadOnlyList<Type> messages,
        IReadOnlyList<MessageHandler> handlers,
        IReadOnlyList<ListEntry> known
    )
    {
        var needed = new HashSet<string>();
        foreach (var message in messages.Where(m => !Messages.IsReply(m)))
        {
            var own = handlers.Where(h => h.Message == message).ToArray();
            var name = message.GetCustomAttributes(false).OfType<MessageIdentityAttribute>().FirstOrDefault()?.Name ?? message.FullName!;
            if (own.Length == 0 && message.IsAssignableTo(typeof(IIntegrationEvent)))
            {
                needed.Add(name);
                if (known.All(k => k.Name != name))
                    yield return new(
                        message.FullName!,
                        "is published and has no handler",
                        $"subscribe to it, or list {name} in {ListFile} with the reason"
                    );
            }
            else if (own.Length == 0)
                yield return new(message.FullName!, "has no handler", $"handle it in {Messages.OwnerOf(message)}/Features");
            else if (!message.IsAssignableTo(typeof(IIntegrationEvent)))
                foreach (var violation in NotExactlyOne(message, own))
                    yield return violation;
        }
        foreach (var stale in ListEntry.Stale(known, ListFile, needed))
            yield return stale;
    }

    private static IEnumerable<Violation> NotExactlyOne(Type message, MessageHandler[] handlers)
    {
        if (handlers.Length > 1)
            yield return new(
                message.FullName!,
                $"has {handlers.Length} handlers: {string.Join<MessageHandler>(", ", handlers)}",
                "keep one"
            );
        foreach (var foreign in handlers.Where(h => h.Module != h.MessageOwner))
            yield return new(
                message.FullName!,
                $"is handled outside of {foreign.MessageOwner}, by {foreign}",
                "a command's owner handles it; publish an event"
            );
    }

    private static IEnumerable<Violation> Overlooked(MessageHandler handler)
    {
        if (
            !handler.Class.Name.EndsWith("Handler", StringComparison.Ordinal)
            && !handler.Class.Name.EndsWith("Consumer", StringComparison.Ordinal)
        )
            yield return new(handler.ToString(), "is not named …Handler, so the bus never looks at it", "end the class's name in Handler");
        else if (!Messages.BusFinds(handler.Class) || !handler.Method.IsPublic)
            yield return new(handler.ToString(), "is not public, so the bus never looks at it", "make class and method public");
    }

    private static IEnumerable<Violation> Publishers(IEnumerable<Type> events, IReadOnlyDictionary<string, IReadOnlySet<string>> makers)
    {
        foreach (var message in events)
        {
            var owner = Messages.OwnerOf(message);
            var by = makers.Where(m => m.Value.Contains(message.FullName!)).Select(m => m.Key).ToArray();
            if (by.Length == 0)
                yield return new(message.FullName!, "is published by nobody", $"publish it in {owner}, or delete it");
            foreach (var foreign in by.Where(b => b != owner))
                yield return new(
                    message.FullName!,
                    $"is made by {foreign}, but only {owner} may say it",
                    $"send {owner} a command, or publish an event of your own"
                );
        }
    }

    private static IReadOnlySet<string> Made(IEnumerable<Mono.Cecil.TypeDefinition> types) =>
        types
            .SelectMany(t => t.Methods)
            .Where(m => m.HasBody)
            .SelectMany(m => m.Body.Instructions)
            .Where(i => i.OpCode == OpCodes.Newobj)
            .Select(i => ((Mono.Cecil.MethodReference)i.Operand).DeclaringType.FullName)
            .ToHashSet();
}
