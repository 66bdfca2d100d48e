using Microsoft.Extensions.Configuration;
using Shop.Host;
using Shop.Host.Messaging;
using Shop.Host.Migrations;
using Shop.Host.Topology;

namespace Shop.TestKit.World;

/// <summary>Which modules run in processes of their own; the others are in the one that faces the public.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Outside">Modules outside, a process each.</param>
public sealed record Topology(string Name, IReadOnlyList<string> Outside)
{
    /// <summary>What the processes under test know each other by.</summary>
    public const string Key = "a-secret-that-only-these-processes-know";

    /// <summary>Everything in one process.</summary>
    public static Topology One { get; } = new("one process", []);

    /// <summary>Each module in a process of its own, behind a gateway that hosts none.</summary>
    public static Topology Apart { get; } = new("all apart", [.. Modules.All.Select(m => m.Name)]);

    /// <summary>The twelve ways that every purchase must work in.</summary>
    public static IReadOnlyList<Topology> All { get; } = [One, .. Modules.All.Select(m => Without(m.Name)), Apart];

    /// <summary>Four that stand for all of them.</summary>
    public static IReadOnlyList<Topology> Few { get; } = [One, Without("Checkout"), Without("Inventory"), Apart];

    /// <summary>The shop's own process holds these modules too, and a switch says which side works.</summary>
    public bool IsMoving { get; private init; }

    /// <summary>Modules on their way out, or back.</summary>
    public static Topology Moving(params string[] modules) => new($"{string.Join(", ", modules)} moving", modules) { IsMoving = true };

    /// <summary>One module outside.</summary>
    public static Topology Without(string module) => new($"{module} outside", [module]);

    /// <summary>Settings of the process that faces the public.</summary>
    /// <param name="internalPort">Where it listens to the others.</param>
    /// <param name="ports">Port of each process outside.</param>
    internal Dictionary<string, string> FrontSettings(int internalPort, IReadOnlyDictionary<string, int> ports)
    {
        var settings = Addresses(ports, except: null);
        if (Outside.Count == 0)
            return settings;
        if (IsMoving)
            Move(settings);
        else
            settings["Modules:Hosted"] = Outside.Count == Modules.All.Count ? "none" : $"all-but:{string.Join(',', Outside)}";
        settings["Modules:InternalUrl"] = At(internalPort);
        return settings;
    }

    /// <summary>Settings of a module's own process.</summary>
    internal Dictionary<string, string> ModuleSettings(string module, int internalPort, IReadOnlyDictionary<string, int> ports)
    {
        // While a module moves, the shop still has the others.
        var settings = Addresses(IsMoving ? new Dictionary<string, int>() : ports, except: module);
        settings["Modules:Hosted"] = module;
        settings["Modules:Url"] = At(internalPort);
        if (IsMoving)
            Move(settings);
        return settings;
    }

    private void Move(Dictionary<string, string> settings)
    {
        foreach (var module in Outside)
            settings[$"Modules:{module}:Moving"] = "true";
    }

    /// <summary>As <c>Shop.Host migrate</c> under these settings, without the time that a process takes to start.</summary>
    internal static Task MigrateAsync(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value)))
            .Build();
        return new Migrator(configuration, Placement.Read(configuration), ModuleTransport.Read(configuration)).MigrateAsync(
            CancellationToken.None
        );
    }

    private Dictionary<string, string> Addresses(IReadOnlyDictionary<string, int> ports, string? except)
    {
        var settings = ports.Keys.Where(m => m != except).ToDictionary(m => $"Modules:{m}:Url", m => At(ports[m]));
        settings["Modules:ServiceKey"] = Key;
        return settings;
    }

    private static string At(int port) => $"http://127.0.0.1:{port}";
}
