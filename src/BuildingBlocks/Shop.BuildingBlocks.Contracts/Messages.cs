namespace Shop.BuildingBlocks.Contracts;

/// <summary>A message that crosses a module's border: an order to its one owner, a fact for whoever listens, or a question.</summary>
public interface IMessage;

/// <summary>An order to the module in whose Contracts it stands; exactly one handler, in that module.</summary>
public interface ICommand : IMessage;

/// <summary>A fact that its module has committed; any number of handlers, each with its own queue, transaction and retries.</summary>
public interface IIntegrationEvent : IMessage;

/// <summary>A question to the module in whose Contracts it stands, asked from an endpoint with a deadline.</summary>
/// <typeparam name="TReply">The answer.</typeparam>
public interface IQuery<TReply> : IMessage;

/// <summary>The name a message has on the wire, independent of its CLR type.</summary>
/// <param name="name">Module and fact in kebab case, such as <c>inventory.stock-reserved</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class MessageIdentityAttribute(string name) : Attribute
{
    /// <summary>Module and fact in kebab case.</summary>
    public string Name { get; } = name;

    /// <summary>Raised whenever the JSON changes in a way an older reader would misread.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Name and version as they travel: <c>inventory.stock-reserved.v1</c>.</summary>
    public string WireName => $"{Name}.v{Version}";
}
