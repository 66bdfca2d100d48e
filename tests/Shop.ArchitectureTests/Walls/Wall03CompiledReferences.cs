using System.Reflection;
using System.Runtime.CompilerServices;
using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 3: the same as wall 2, type by type, in what was compiled.</summary>
public sealed class Wall03CompiledReferences
{
    [Fact]
    public void No_type_touches_another_modules_code_or_undeclared_contracts()
    {
        var looked = 0;
        var found = new List<Violation>();
        foreach (var module in ShopModule.All)
        {
            var forbidden = ShopModule.All.Where(other => other != module).SelectMany(other => ForbiddenTo(module, other)).ToArray();
            found.AddRange(Violations([module.Code, module.Contracts], $"Shop.{module.Name}", forbidden));
            looked += module.Types.Count();
        }
        found.ShouldBeNone(looked);
    }

    [Fact]
    public void Planted_use_of_another_modules_code_is_caught()
    {
        var found = Violations([GetType().Assembly], "Shop.Beta", [typeof(Alpha.Code.AlphaPrices)]).ToArray();
        found.ShouldCatch(nameof(Beta.Code.AsksAlphaDirectly), nameof(Alpha.Code.AlphaPrices));
        found.ShouldCatch(nameof(Beta.Code.NamesAlphaInASignature), nameof(Alpha.Code.AlphaPrices));
    }

    [Fact]
    public void No_module_lets_another_one_in()
    {
        var assemblies = ShopModule.All.SelectMany(m => new[] { m.Code, m.Contracts }).ToArray();
        assemblies.SelectMany(a => OpenInternals(a.GetName().Name!, Friends(a))).ShouldBeNone(assemblies.Length);
    }

    [Fact]
    public void Planted_friend_assembly_is_caught()
    {
        var found = OpenInternals("Shop.Orders", ["Shop.Orders.Tests", "Shop.Carts"]).ToArray();
        found.ShouldHaveSingleItem();
        found.ShouldCatch("Shop.Orders", "Shop.Carts");
    }

    // Forbidding "Shop.Alpha" would forbid "Shop.Alpha.Contracts" too: names match by prefix. Hence full type names.
    [Fact]
    public void Contracts_of_another_module_are_not_mistaken_for_its_code() =>
        Violations([GetType().Assembly], "Shop.Beta", [typeof(Alpha.Code.AlphaPrices)])
            .ShouldSpare(nameof(Beta.Code.UsesAlphaContractsOnly));

    private static IEnumerable<string> Friends(Assembly assembly) =>
        assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(a => a.AssemblyName);

    private static IEnumerable<Violation> OpenInternals(string assembly, IEnumerable<string> friends) =>
        friends
            .Where(friend => friend != assembly + ".Tests")
            .Select(friend => new Violation(assembly, $"lets {friend} see its internals", "only a module's own tests may"));

    private static IEnumerable<Type> ForbiddenTo(ShopModule module, ShopModule other) =>
        module.Definition.DependsOn.Contains(other.Name) ? other.Code.GetTypes() : other.Types;

    private static IEnumerable<Violation> Violations(IEnumerable<Assembly> assemblies, string space, IEnumerable<Type> forbidden)
    {
        var names = Dependencies.Names(forbidden);
        foreach (var (type, used) in assemblies.SelectMany(a => Dependencies.Find(a, space, names)))
            yield return new(type.FullName!, $"uses {used}", "ask by message or query, through Contracts that the module declares");
    }
}
