using System.Text.RegularExpressions;
using Shop.BuildingBlocks;

namespace Shop.Host.Topology;

/// <summary>Where a module is, as one process sees it.</summary>
/// <param name="Module">The module.</param>
/// <param name="IsHere">This process hosts it.</param>
/// <param name="IsMoving">Two deployables host it, and its traffic switch says which of them works.</param>
/// <param name="Address">Where the other deployable answers; null when it isn't anywhere else, or this process has no use for it.</param>
public sealed record PlacedModule(IModule Module, bool IsHere, bool IsMoving, Uri? Address)
{
    /// <summary>The module's name.</summary>
    public string Name => Module.Name;

    /// <summary>Its messages go through its queue on the transport, wherever they come from.</summary>
    public bool IsReachedByTransport => !IsHere || IsMoving;
}

/// <summary>
/// Which modules this process hosts and where the others are, read once from the configuration: <c>Modules:Hosted</c> (or
/// <c>--modules</c>), <c>Modules:Url</c>, <c>Modules:&lt;Name&gt;:Url</c>, <c>Modules:&lt;Name&gt;:Moving</c>.
/// </summary>
public sealed partial class Placement
{
    /// <summary>The deployable that faces the public.</summary>
    public const string Front = "shop";

    private const string AllBut = "all-but:";

    /// <summary>The schema of the shop's own envelopes; those of other deployables begin so.</summary>
    public const string StoreSchema = "wolverine";

    private const int LongestIdentifier = 63;

    private Placement(IReadOnlyList<PlacedModule> modules, string deployable, Uri? internalUrl)
    {
        Modules = modules;
        Deployable = deployable;
        InternalUrl = internalUrl;
    }

    /// <summary>Every module of the shop.</summary>
    public IReadOnlyList<PlacedModule> Modules { get; }

    /// <summary>
    /// The name that copies of this process share and no other process has. The shop that faces the public is <c>shop</c> whatever has
    /// left it; any other deployable is called by its modules.
    /// </summary>
    public string Deployable { get; }

    /// <summary>The listener for other processes of the shop; null when there is none, and whoever calls an extracted module calls it at its address.</summary>
    public Uri? InternalUrl { get; }

    /// <summary>True for the deployable that faces the public and forwards what it doesn't host.</summary>
    public bool IsFront => Deployable == Front;

    /// <summary>
    /// The schema of this deployable's envelopes. Each has one of its own, because a process takes over what dead copies of itself left
    /// behind, and must not take over what it has no handlers for.
    /// </summary>
    public string EnvelopeSchema => IsFront ? StoreSchema : $"{StoreSchema}_{Deployable}";

    /// <summary>The modules of this process.</summary>
    public IReadOnlyList<IModule> Hosted => [.. Modules.Where(m => m.IsHere).Select(m => m.Module)];

    /// <summary>True as soon as any module is in another process: then messages need a transport.</summary>
    public bool IsSplit => Modules.Any(m => m.IsReachedByTransport);

    /// <summary>Where a module is.</summary>
    public PlacedModule Of(string module) => Modules.Single(m => m.Name == module);

    /// <summary>Reads and checks it.</summary>
    /// <exception cref="CannotStartException">It contradicts itself; the message says what to set.</exception>
    public static Placement Read(IConfiguration configuration)
    {
        var all = Host.Modules.All;
        var (hosted, isFront) = HostedOf(configuration["Modules"] ?? configuration["Modules:Hosted"] ?? "all", all);
        var unknown = configuration
            .GetSection("Modules")
            .GetChildren()
            .Where(s => s.GetChildren().Any())
            .FirstOrDefault(s => Find(all, s.Key) is null);
        if (unknown is not null)
            throw Refusal($"there is no module {unknown.Key}", $"Modules__{unknown.Key}__… for one of {Names(all)}");
        var placed = all.Select(m => Place(m, hosted.Contains(m), isFront, configuration)).ToArray();
        return new(placed, isFront ? Front : NameOf(hosted), UrlOf(configuration, "Modules:InternalUrl"));
    }

    /// <summary>For a process that serves: others must be able to ask the modules it hosts, and a shop's public listener answers no process.</summary>
    /// <exception cref="CannotStartException">They can't; the message says what to set.</exception>
    public void DemandListener()
    {
        if (
            InternalUrl is null
            && IsFront
            && IsSplit
            && Consumer.All.FirstOrDefault(c => c.IsQuery && Of(c.Module.Name).IsHere) is { } asked
        )
            throw Refusal(
                $"other processes ask {asked.Module.Name}, and the shop has no listener for them",
                "Modules__InternalUrl to an address off the public network, such as http://shop:8081"
            );
    }

    private static PlacedModule Place(IModule module, bool isHere, bool isFront, IConfiguration configuration)
    {
        var own = UrlOf(configuration, $"Modules:{module.Name}:Url");
        var moving = false;
        if (configuration[$"Modules:{module.Name}:Moving"] is { } text && !bool.TryParse(text, out moving))
            throw Refusal($"{module.Name} is moving or not, and {text} is neither", $"Modules__{module.Name}__Moving to true or false");
        var elsewhere = own ?? UrlOf(configuration, "Modules:Url");
        if (isHere && own is not null && !moving)
            throw Refusal(
                $"{module.Name} is hosted here and has an address too",
                $"Modules__{module.Name}__Moving=true while it moves, or take it out of Modules__Hosted, or unset Modules__{module.Name}__Url"
            );
        if (!isHere && elsewhere is null)
            throw Refusal(
                $"{module.Name} is nowhere",
                $"Modules__{module.Name}__Url to the process that hosts it, or host it here (Modules__Hosted)"
            );
        if (isHere && moving && isFront && own is null)
            throw Refusal($"{module.Name} moves and has no address to move to", $"Modules__{module.Name}__Url to the process it moves to");
        return new(module, isHere, moving, isHere ? own : elsewhere);
    }

    private static (HashSet<IModule> Hosted, bool IsFront) HostedOf(string value, IReadOnlyList<IModule> all)
    {
        var text = value.Trim();
        var without = text.StartsWith(AllBut, StringComparison.OrdinalIgnoreCase);
        string[] names = (without ? text[AllBut.Length..] : text).Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        switch (names)
        {
            case [] when !without:
                throw Refusal("it would host nothing", $"Modules__Hosted to all, none, {AllBut}NAMES or NAMES, of {Names(all)}");
            case [var word] when !without && word.Equals("all", StringComparison.OrdinalIgnoreCase):
                return ([.. all], true);
            case [var word] when !without && word.Equals("none", StringComparison.OrdinalIgnoreCase):
                return ([], true);
        }
        var found = new HashSet<IModule>();
        foreach (var name in names)
        {
            var module = Find(all, name) ?? throw Refusal($"there is no module {name}", $"Modules__Hosted to some of {Names(all)}");
            if (!found.Add(module))
                throw Refusal($"{module.Name} is named twice", "Modules__Hosted with each module once");
        }
        if (without)
            return ([.. all.Except(found)], true);
        return (found, found.Count == all.Count);
    }

    // Part of a schema's name, so it must stay an identifier that PostgreSQL doesn't cut.
    private static string NameOf(HashSet<IModule> hosted)
    {
        var name = string.Join('_', hosted.Select(m => m.Name.ToLowerInvariant()).Order(StringComparer.Ordinal));
        return StoreSchema.Length + 1 + name.Length <= LongestIdentifier
            ? name
            : throw Refusal("it hosts too many modules to be named by them", $"Modules__Hosted to {AllBut}… when it faces the public");
    }

    private static Uri? UrlOf(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return null;
        return
            HttpAddress().IsMatch(text)
            && Uri.TryCreate(text.Replace("*", "0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var url)
            ? url
            : throw Refusal(
                $"{key} is no address",
                $"{key.Replace(":", "__", StringComparison.Ordinal)} to one like http://inventory:8080"
            );
    }

    private static IModule? Find(IReadOnlyList<IModule> all, string name) =>
        all.SingleOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Names(IReadOnlyList<IModule> all) => string.Join(", ", all.Select(m => m.Name));

    private static CannotStartException Refusal(string wrong, string remedy) => new($"The modules can't be placed: {wrong}. Set {remedy}.");

    [GeneratedRegex(@"^https?://[^/\s?#]+/?$", RegexOptions.IgnoreCase)]
    private static partial Regex HttpAddress();
}
