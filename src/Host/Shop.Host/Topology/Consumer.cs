using System.Reflection;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;

namespace Shop.Host.Topology;

/// <summary>
/// A message handler of a module. Every process knows the handlers of all modules, hosted or not, so nobody writes down what goes where.
/// </summary>
/// <param name="Module">The module it stands in.</param>
/// <param name="Handler">The handler class; one class, one message.</param>
/// <param name="Message">What it handles.</param>
public sealed record Consumer(IModule Module, Type Handler, Type Message)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>The handlers of all modules.</summary>
    public static IReadOnlyList<Consumer> All { get; } = [.. Modules.All.SelectMany(Of)];

    /// <summary>The message's name on the wire.</summary>
    public string WireName => MessageNaming.NameOf(Message) ?? Message.Name;

    /// <summary>A question is asked and answered; everything else is sent.</summary>
    public bool IsQuery => Message.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQuery<>));

    private static IEnumerable<Consumer> Of(IModule module) =>
        from type in module.GetType().Assembly.GetExportedTypes()
        where type.IsClass && type.Name.EndsWith("Handler", StringComparison.Ordinal)
        from method in type.GetMethods(Declared)
        where method.Name is "Handle" or "HandleAsync"
        let message = method.GetParameters().FirstOrDefault()?.ParameterType
        where message is not null && message.IsAssignableTo(typeof(IMessage))
        select new Consumer(module, type, message);
}
