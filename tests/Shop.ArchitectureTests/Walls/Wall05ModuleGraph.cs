using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 5: the graph that the project files draw is the declared one, and has no cycle.</summary>
public sealed class Wall05ModuleGraph
{
    [Fact]
    public void The_module_graph_is_the_declared_one()
    {
        var real = ShopModule.All.ToDictionary(m => m.Name, m => Referenced(m.Name));
        var declared = ShopModule.All.ToDictionary(m => m.Name, m => m.Definition.DependsOn);
        real.Values.Sum(r => r.Count).ShouldBeGreaterThan(0);
        Differences(real, declared).ShouldBeNone(real.Count);
    }

    [Fact]
    public void The_module_graph_has_no_cycle()
    {
        var declared = ShopModule.All.ToDictionary(m => m.Name, m => m.Definition.DependsOn);
        Cycles(declared).ShouldBeNone(declared.Values.Sum(d => d.Count));
    }

    [Fact]
    public void Planted_undeclared_and_unused_dependencies_are_caught()
    {
        var real = new Dictionary<string, IReadOnlyList<string>> { ["Carts"] = ["Orders"] };
        var declared = new Dictionary<string, IReadOnlyList<string>> { ["Carts"] = ["Products"] };
        var found = Differences(real, declared).ToArray();
        found.ShouldCatch("Carts", "references Orders");
        found.ShouldCatch("Carts", "declares Products");
    }

    [Fact]
    public void Planted_cycle_is_caught()
    {
        var graph = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Orders"] = ["Checkout"],
            ["Checkout"] = ["Carts"],
            ["Carts"] = ["Orders"],
            ["Search"] = ["Orders"],
        };
        var found = Cycles(graph).ToArray();
        found.ShouldCatch("Carts", "Carts → Orders → Checkout → Carts");
        found.ShouldSpare("Search");
    }

    private static IReadOnlyList<string> Referenced(string module) =>
        [
            .. Repo.Projects("src", "Modules", module)
                .SelectMany(p => p.ProjectReferences)
                .Select(r => r.Split('.')[1])
                .Where(name => name != "BuildingBlocks" && name != module)
                .Distinct(),
        ];

    private static IEnumerable<Violation> Differences(
        IReadOnlyDictionary<string, IReadOnlyList<string>> real,
        IReadOnlyDictionary<string, IReadOnlyList<string>> declared
    )
    {
        foreach (var (module, references) in real)
        {
            foreach (var other in references.Except(declared[module]))
                yield return new(module, $"references {other} without declaring it", $"add \"{other}\" to {module}Module.DependsOn");
            foreach (var other in declared[module].Except(references))
                yield return new(module, $"declares {other} without referencing it", $"take \"{other}\" out of {module}Module.DependsOn");
        }
    }

    private static IEnumerable<Violation> Cycles(IReadOnlyDictionary<string, IReadOnlyList<string>> graph)
    {
        foreach (var start in graph.Keys.Order(StringComparer.Ordinal))
            if (PathBack(graph, start, [start]) is { } path)
                yield return new(start, string.Join(" → ", path), "turn one arrow around: let the participant answer with its own event");
    }

    private static string[]? PathBack(IReadOnlyDictionary<string, IReadOnlyList<string>> graph, string start, string[] path)
    {
        foreach (var next in graph.GetValueOrDefault(path[^1], []))
        {
            if (next == start)
                return [.. path, next];
            if (!path.Contains(next) && PathBack(graph, start, [.. path, next]) is { } found)
                return found;
        }
        return null;
    }
}
