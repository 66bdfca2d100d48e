using System.Reflection;
using Shop.BuildingBlocks.Contracts;

namespace Shop.ArchitectureTests.Model;

/// <summary>A method that the bus calls with a message.</summary>
/// <param name="Class">The handler class.</param>
/// <param name="Method">Its method.</param>
/// <param name="Message">What it handles.</param>
public sealed record MessageHandler(Type Class, MethodInfo Method, Type Message)
{
    /// <summary>The module the handler stands in.</summary>
    public string Module => Messages.OwnerOf(Class);

    /// <summary>The module the message belongs to.</summary>
    public string MessageOwner => Messages.OwnerOf(Message);

    /// <summary>The handler as people call it.</summary>
    public override string ToString() => $"{Class.FullName}.{Method.Name}({Message.Name})";
}

/// <summary>Messages and their handlers, by the conventions of the bus and the house.</summary>
public static class Messages
{
    private const BindingFlags Anyone = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> HandlerMethods =
    [
        .. new[] { "Handle", "Handles", "Consume", "Consumes" }.SelectMany(name => new[] { name, name + "Async" }),
    ];

    /// <summary>The second word of the namespace: <c>Shop.Inventory.Contracts</c> belongs to Inventory.</summary>
    public static string OwnerOf(Type type) => type.Namespace?.Split('.') is ["Shop", var module, ..] ? module : "";

    /// <summary>True for a type that stands in a module's Contracts.</summary>
    public static bool IsContract(Type type) => type.Namespace?.EndsWith(".Contracts", StringComparison.Ordinal) == true;

    /// <summary>All messages among these types.</summary>
    public static IReadOnlyList<Type> Among(IEnumerable<Type> types) =>
        [
            .. types
                .Where(t => t is { IsInterface: false, IsAbstract: false } && t.IsAssignableTo(typeof(IMessage)))
                .OrderBy(t => t.FullName),
        ];

    /// <summary>True for <see cref="IQuery{TReply}"/>.</summary>
    public static bool IsQuery(Type message) => Implements(message, typeof(IQuery<>));

    /// <summary>True for a reply, which is no command, event or query.</summary>
    public static bool IsReply(Type message) =>
        !IsQuery(message) && !message.IsAssignableTo(typeof(ICommand)) && !message.IsAssignableTo(typeof(IIntegrationEvent));

    /// <summary>Handlers the bus finds: public classes named so, with a public method named so.</summary>
    public static IReadOnlyList<MessageHandler> HandlersAmong(IEnumerable<Type> types) =>
        [
            .. HandlerShaped(types)
                .Where(h => BusFinds(h.Class))
                .OrderBy(h => h.Class.FullName, StringComparer.Ordinal)
                .ThenBy(h => h.Message.FullName, StringComparer.Ordinal),
        ];

    /// <summary>Everything that looks like a handler, found by the bus or not.</summary>
    public static IEnumerable<MessageHandler> HandlerShaped(IEnumerable<Type> types) =>
        from type in types
        where type is { IsClass: true } && !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))
        from method in type.GetMethods(Anyone | BindingFlags.NonPublic)
        where HandlerMethods.Contains(method.Name) && !method.IsSpecialName
        let message = method.GetParameters().FirstOrDefault()?.ParameterType
        where message is not null && (BusFinds(type) ? OwnerOf(message).Length > 0 : message.IsAssignableTo(typeof(IMessage)))
        select new MessageHandler(type, method, message);

    /// <summary>True when the bus looks into the class at all.</summary>
    public static bool BusFinds(Type type) =>
        (type.IsPublic || type.IsNestedPublic)
        && (type.Name.EndsWith("Handler", StringComparison.Ordinal) || type.Name.EndsWith("Consumer", StringComparison.Ordinal));

    private static bool Implements(Type type, Type generic) =>
        type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == generic);
}
