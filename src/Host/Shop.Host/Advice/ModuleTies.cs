using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Host.Topology;

namespace Shop.Host.Advice;

/// <summary>What the code alone says about how modules hang together.</summary>
internal static class ModuleTies
{
    private static readonly Lazy<Dictionary<Type, string?>> Senders = new(FindSenders);

    /// <summary>The module that a route belongs to; null for the host's own.</summary>
    public static IModule? OwnerOf(string route) =>
        Modules.All.FirstOrDefault(m =>
            m.RoutePrefixes.Any(prefix =>
                route.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && (route.Length == prefix.Length || route[prefix.Length] == '/')
            )
        );

    /// <summary>Who sends a message; null when the code doesn't say it of one module alone.</summary>
    public static string? SenderOf(Type message) => Senders.Value.GetValueOrDefault(message);

    /// <summary>Modules that this one knows, is known by, hears or tells, in alphabetical order.</summary>
    public static IReadOnlyList<string> PartnersOf(IModule module)
    {
        var known = Modules.All.Where(m => module.DependsOn.Contains(m.Name) || m.DependsOn.Contains(module.Name)).Select(m => m.Name);
        var heard = Consumer.All.Where(c => c.Module == module).Select(c => SenderOf(c.Message)).OfType<string>();
        var told = Consumer.All.Where(c => SenderOf(c.Message) == module.Name).Select(c => c.Module.Name);
        return [.. known.Concat(heard).Concat(told).Where(m => m != module.Name).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// True when nobody commands it and its routes only read, so that all it keeps came in events of others. Null when its routes are not
    /// mapped here.
    /// </summary>
    public static bool? IsStateless(IModule module, IEnumerable<Endpoint> endpoints)
    {
        RouteEndpoint[] own = [.. endpoints.OfType<RouteEndpoint>().Where(e => OwnerOf(e.RoutePattern.RawText ?? "") == module)];
        if (own.Length == 0)
            return null;
        var isCommanded = Consumer.All.Any(c => c.Module == module && c.Message.IsAssignableTo(typeof(ICommand)) && IsContract(c.Message));
        return !isCommanded && own.All(e => e.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: ["GET" or "HEAD"] });
    }

    // A message to itself is no command of others, and stands outside of its Contracts.
    private static bool IsContract(Type message) => message.Namespace?.EndsWith(".Contracts", StringComparison.Ordinal) == true;

    // An event is sent by the module whose Contracts it stands in. A command stands in its receiver's, so its sender is the one that uses
    // it elsewhere.
    private static Dictionary<Type, string?> FindSenders()
    {
        var used = Modules.All.ToDictionary(m => m.Name, m => UsedBy(m.GetType().Assembly));
        return Consumer.All.Select(c => c.Message).Distinct().ToDictionary(m => m, SenderIn);

        string? SenderIn(Type message)
        {
            var owner = message.Namespace!.Split('.')[1];
            if (message.IsAssignableTo(typeof(IIntegrationEvent)) || !IsContract(message))
                return owner;
            var users = used.Where(u => u.Key != owner && u.Value.Contains(message.FullName!)).Select(u => u.Key).ToArray();
            return users is [var only] ? only : null;
        }
    }

    private static HashSet<string> UsedBy(Assembly code)
    {
        // Inside a single-file bundle there is no file to look into.
        if (!File.Exists(code.Location))
            return [];
        using var file = new PEReader(File.OpenRead(code.Location));
        var names = file.GetMetadataReader();
        return
        [
            .. names.TypeReferences.Select(names.GetTypeReference).Select(t => $"{names.GetString(t.Namespace)}.{names.GetString(t.Name)}"),
        ];
    }
}
