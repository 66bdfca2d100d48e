using System.Reflection;
using Shop.BuildingBlocks;
using Shop.Host;

namespace Shop.ArchitectureTests.Model;

/// <summary>A module as found on disk, with what was built from it.</summary>
/// <param name="Name">Folder below src/Modules.</param>
/// <param name="Code">Assembly of its implementation.</param>
/// <param name="Contracts">Assembly that others may reference.</param>
/// <param name="Definition">Its entry in <see cref="Modules.All"/>.</param>
public sealed record ShopModule(string Name, Assembly Code, Assembly Contracts, IModule Definition)
{
    /// <summary>Every module that has a folder. A folder without assemblies or without an entry in Modules.cs ends the whole run.</summary>
    public static IReadOnlyList<ShopModule> All { get; } = [.. Repo.ModuleFolders.Select(Load)];

    /// <summary>The module's schema.</summary>
    public string Schema => Name.ToLowerInvariant();

    /// <summary>All types of both assemblies.</summary>
    public IEnumerable<Type> Types => [.. Code.GetTypes(), .. Contracts.GetTypes()];

    /// <summary>All types of all modules.</summary>
    public static IReadOnlyList<Type> AllTypes => [.. All.SelectMany(m => m.Types)];

    private static ShopModule Load(string name) =>
        new(
            name,
            Assembly.Load($"Shop.{name}"),
            Assembly.Load($"Shop.{name}.Contracts"),
            Modules.All.SingleOrDefault(m => m.GetType().Assembly.GetName().Name == $"Shop.{name}")
                ?? throw new InvalidOperationException($"src/Modules/{name} has no entry in src/Host/Shop.Host/Modules.cs.")
        );
}
