using System.Reflection;
using Shop.BuildingBlocks.Contracts;
using Wolverine.Util;

namespace Shop.BuildingBlocks.Messaging;

/// <summary>Gives messages the names of their <see cref="MessageIdentityAttribute"/>, so that Contracts need no package of the bus.</summary>
public sealed class MessageNaming : IMessageTypeNaming
{
    /// <summary>The wire name of a message type; null when it has none.</summary>
    public static string? NameOf(Type? messageType) => messageType?.GetCustomAttribute<MessageIdentityAttribute>(inherit: false)?.WireName;

    /// <inheritdoc />
    public bool TryDetermineName(Type messageType, out string messageTypeName)
    {
        messageTypeName = NameOf(messageType) ?? "";
        return messageTypeName.Length > 0;
    }
}
