using System.Runtime.CompilerServices;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Core.Reflection;
using Wolverine.Configuration;
using Wolverine.Runtime.Handlers;

namespace Shop.Host.Messaging;

/// <summary>
/// Names generated code after its handler. By default a handler that is the only one of its message in a process is called by the message
/// and else by itself, so that each set of modules would need generated code of its own.
/// </summary>
internal sealed class HandlerNames : IHandlerPolicy
{
    public void Apply(IReadOnlyList<HandlerChain> chains, GenerationRules rules, IServiceContainer container)
    {
        foreach (var handler in chains.Where(c => c.Handlers.Count == 1).ToLookup(c => c.Handlers[0].HandlerType))
        {
            var name = handler.Key.ToSuffixedTypeName("Handler");
            var isAlone = handler.Count() == 1;
            foreach (var chain in handler)
                SetTypeName(chain, isAlone ? name : $"{chain.MessageType.Name}_{name}");
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_TypeName")]
    private static extern void SetTypeName(HandlerChain chain, string value);
}
