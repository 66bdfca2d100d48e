using System.Reflection;
using Shop.ArchitectureTests.Model;
using Shop.Host;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 6: the host touches a module only through its module type and Contracts; what hangs on the host not even through that.</summary>
public sealed class Wall06HostSurface
{
    // Handler code that the bus generates ahead of time calls handlers by their nature.
    private const string Generated = "Internal.Generated";

    [Fact]
    public void The_host_knows_module_types_and_contracts_only()
    {
        var inner = ShopModule.All.SelectMany(m => m.Code.GetTypes().Where(t => t != m.Definition.GetType())).ToArray();
        var host = typeof(Modules).Assembly;
        Violations(host, inner).ShouldBeNone(host.GetTypes().Length);
    }

    [Fact]
    public void Shop_window_and_local_services_know_no_module()
    {
        var inner = ShopModule.All.SelectMany(m => m.Code.GetTypes()).ToArray();
        var assemblies = Directory
            .GetFiles(AppContext.BaseDirectory, "Shop.*.dll")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name is "Shop.Storefront" or "Shop.BackOffice" or "Shop.LocalServices")
            .Select(Assembly.Load)
            .ToArray();
        assemblies.SelectMany(a => Violations(a, inner)).ShouldBeNone(assemblies.Length);
    }

    [Fact]
    public void Only_the_host_references_modules()
    {
        var outside = Repo.Projects("src").Where(p => !p.Path.StartsWith("src/Modules/") && p.Name != "Shop.Host").ToArray();
        outside.SelectMany(ProjectViolations).ShouldBeNone(outside.Length);
    }

    [Fact]
    public void Planted_use_of_a_modules_inside_is_caught() =>
        Violations(GetType().Assembly, [typeof(Alpha.Code.AlphaPrices)])
            .ShouldCatch(nameof(Beta.Code.AsksAlphaDirectly), nameof(Alpha.Code.AlphaPrices));

    [Fact]
    public void Planted_reference_of_the_shop_window_is_caught()
    {
        var xml =
            """<Project><ItemGroup><ProjectReference Include="../../Modules/Orders/Shop.Orders/Shop.Orders.csproj" /></ItemGroup></Project>""";
        var planted = ProjectFile.Parse("src/Host/Shop.Storefront/Shop.Storefront.csproj", xml);
        ProjectViolations(planted).ShouldCatch("Shop.Storefront", "Shop.Orders");
    }

    private static IEnumerable<Violation> Violations(Assembly assembly, IReadOnlyList<Type> inner)
    {
        foreach (var (type, used) in Dependencies.Find(assembly, null, Dependencies.Names(inner)).Where(f => !IsGenerated(f.Type)))
            yield return new(
                type.FullName!,
                $"uses {used}",
                "let the module do it in AddServices or MapEndpoints, or ask it through Contracts"
            );
    }

    private static bool IsGenerated(Type type) => Il.IsIn(type.Namespace, Generated);

    private static IEnumerable<Violation> ProjectViolations(ProjectFile project) =>
        project
            .ProjectReferences.Where(r => Repo.ModuleFolders.Any(m => r == $"Shop.{m}"))
            .Select(r => new Violation(project.Name, $"references {r}", "use the public API or the module's Contracts"));
}
