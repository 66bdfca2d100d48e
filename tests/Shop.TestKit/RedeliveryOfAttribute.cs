namespace Shop.TestKit;

/// <summary>
/// Marks the test which shows that a handler changes nothing when its message comes a second time, and when it comes twice at once.
/// Every handler has one; the architecture tests pair them.
/// </summary>
/// <typeparam name="THandler">The handler's class.</typeparam>
/// <param name="messageType">The message, for a handler of several.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class RedeliveryOfAttribute<THandler>(Type messageType) : Attribute
{
    /// <summary>The message.</summary>
    public Type MessageType { get; } = messageType;
}
