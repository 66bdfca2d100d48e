using Microsoft.EntityFrameworkCore;
using Shop.ArchitectureTests.Model;
using Shop.Host;

namespace Shop.ArchitectureTests.Walls;

/// <summary>What a module consists of.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Projects">Projects below the folder.</param>
/// <param name="Tests">Test files of its test project; none when there is no such project.</param>
/// <param name="Schema">Value of the module type's <c>Schema</c> constant.</param>
/// <param name="Contexts">Names of its DbContexts.</param>
public sealed record ModuleShape(
    string Name,
    IReadOnlyList<string> Projects,
    IReadOnlyList<SourceFile> Tests,
    string? Schema,
    IReadOnlyList<string> Contexts
);

/// <summary>Wall 1: exactly Shop.X and Shop.X.Contracts per module, each with a schema, a DbContext, tests.</summary>
public sealed class Wall01ModuleShape
{
    [Fact]
    public void A_module_is_two_projects_a_schema_a_context_and_tests()
    {
        var shapes = ShopModule.All.Select(Shape).ToArray();
        shapes.SelectMany(Violations).ShouldBeNone(shapes.Length);
    }

    [Fact]
    public void Folders_list_and_assemblies_name_the_same_modules()
    {
        var built = Directory
            .GetFiles(AppContext.BaseDirectory, "Shop.*.Contracts.dll")
            .Select(path => Path.GetFileName(path).Split('.')[1])
            .Where(name => name != "BuildingBlocks");
        Disagreements(Repo.ModuleFolders, [.. Modules.All.Select(m => m.Name)], [.. built]).ShouldBeNone(Repo.ModuleFolders.Count);
    }

    [Fact]
    public void Planted_misshapen_modules_are_caught()
    {
        var planted = new ModuleShape("Wishes", ["Shop.Wishes", "Shop.Wishes.Core"], [], "wish", ["WishesDbContext", "OtherDbContext"]);
        var found = Violations(planted).ToArray();
        found.ShouldCatch("Wishes", "Shop.Wishes.Core");
        found.ShouldCatch("Wishes", "Shop.Wishes.Contracts is missing");
        found.ShouldCatch("Wishes", "no test");
        found.ShouldCatch("Wishes", "schema is 'wish'");
        found.ShouldCatch("Wishes", "2 DbContexts");
        var empty = new SourceFile("tests/Shop.Wishes.Tests/Empty.cs", "class Empty; // [Fact]");
        Violations(planted with { Tests = [empty] }).ShouldCatch("Wishes", "no test");
    }

    [Fact]
    public void Planted_forgotten_module_is_caught()
    {
        var found = Disagreements(["Wishes", "Orders"], ["Orders", "Gifts"], ["Orders", "Ghosts"]).ToArray();
        found.ShouldCatch("Wishes", "not in Modules.cs");
        found.ShouldCatch("Gifts", "no folder");
        found.ShouldCatch("Ghosts", "no folder");
        found.ShouldSpare("Orders");
    }

    private static IEnumerable<Violation> Violations(ModuleShape module)
    {
        string[] expected = [$"Shop.{module.Name}", $"Shop.{module.Name}.Contracts"];
        foreach (var extra in module.Projects.Except(expected))
            yield return new(module.Name, $"has a project {extra}", "keep a module to two projects; move the code into one of them");
        foreach (var missing in expected.Except(module.Projects))
            yield return new(module.Name, $"{missing} is missing", "add the project");
        if (!module.Tests.Any(t => t.Code.Contains("[Fact") || t.Code.Contains("[Theory")))
            yield return new(module.Name, "has no test", $"write tests/Shop.{module.Name}.Tests");
        if (module.Schema != module.Name.ToLowerInvariant())
            yield return new(
                module.Name,
                $"schema is '{module.Schema}'",
                $"public const string Schema = \"{module.Name.ToLowerInvariant()}\""
            );
        if (module.Contexts is not [var context] || context != module.Name + "DbContext")
            yield return new(module.Name, $"has {module.Contexts.Count} DbContexts", $"keep one, named {module.Name}DbContext");
    }

    private static IEnumerable<Violation> Disagreements(
        IReadOnlyList<string> folders,
        IReadOnlyList<string> listed,
        IReadOnlyList<string> assemblies
    )
    {
        foreach (var folder in folders.Except(listed))
            yield return new(folder, "stands in src/Modules but not in Modules.cs", "add its line to src/Host/Shop.Host/Modules.cs");
        foreach (var folder in folders.Except(assemblies))
            yield return new(folder, "stands in src/Modules but is not built into the host", "reference it from Shop.Host");
        foreach (var name in listed.Concat(assemblies).Except(folders))
            yield return new(name, "is listed or built but has no folder", $"put it into src/Modules/{name}");
    }

    private static ModuleShape Shape(ShopModule module)
    {
        var tests = $"Shop.{module.Name}.Tests";
        return new(
            module.Name,
            [.. Repo.Projects("src", "Modules", module.Name).Select(p => p.Name)],
            Directory.Exists(Repo.At("tests", tests)) ? Repo.Sources("tests", tests) : [],
            module.Definition.GetType().GetField("Schema")?.GetRawConstantValue() as string,
            [.. module.Code.GetTypes().Where(t => t.IsAssignableTo(typeof(DbContext))).Select(t => t.Name)]
        );
    }
}
