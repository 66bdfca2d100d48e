using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 2: a module project references only BuildingBlocks, its own Contracts and the Contracts it declares. Read from the csproj: a
/// <c>const</c> taken from another module leaves no reference in the assembly.
/// </summary>
public sealed class Wall02ProjectReferences
{
    // Nobody depends on those who only listen.
    private static readonly HashSet<string> Listeners = ["Notifications", "Analytics", "Search"];

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Declared = ShopModule.All.ToDictionary(
        m => m.Name,
        m => m.Definition.DependsOn
    );

    [Fact]
    public void A_module_references_what_it_declares_and_no_more()
    {
        var projects = Repo.Projects("src", "Modules");
        projects.SelectMany(p => Violations(p, Declared)).ShouldBeNone(projects.Count);
    }

    [Theory]
    [InlineData("Orders/Shop.Orders", "../../Carts/Shop.Carts/Shop.Carts.csproj", "references Shop.Carts")]
    [InlineData("Orders/Shop.Orders", "../../Carts/Shop.Carts.Contracts/Shop.Carts.Contracts.csproj", "does not declare")]
    [InlineData("Checkout/Shop.Checkout", "..\\..\\Search\\Shop.Search.Contracts\\Shop.Search.Contracts.csproj", "only listens")]
    [InlineData("Orders/Shop.Orders", "../../../Host/Shop.Host/Shop.Host.csproj", "references Shop.Host")]
    [InlineData(
        "Orders/Shop.Orders.Contracts",
        "../../../BuildingBlocks/Shop.BuildingBlocks/Shop.BuildingBlocks.csproj",
        "references Shop.BuildingBlocks"
    )]
    [InlineData(
        "Checkout/Shop.Checkout.Contracts",
        "../../Orders/Shop.Orders.Contracts/Shop.Orders.Contracts.csproj",
        "references Shop.Orders.Contracts"
    )]
    public void Planted_reference_is_caught(string project, string reference, string what)
    {
        var xml = $"""<Project><ItemGroup><ProjectReference Include="{reference}" /></ItemGroup></Project>""";
        var planted = ProjectFile.Parse($"src/Modules/{project}/{Path.GetFileName(project)}.csproj", xml);
        var declared = new Dictionary<string, IReadOnlyList<string>>(Declared) { ["Checkout"] = ["Carts", "Orders", "Search"] };
        Violations(planted, declared).ShouldCatch(planted.Name, what);
    }

    [Theory]
    [InlineData("""<Reference Include="Shop.Carts" />""")]
    [InlineData("""<Compile Include="../../Carts/Shop.Carts/Domain/Cart.cs" />""")]
    [InlineData("""<InternalsVisibleTo Include="Shop.Carts" />""")]
    public void Planted_way_around_a_project_reference_is_caught(string item)
    {
        var planted = ProjectFile.Parse(
            "src/Modules/Orders/Shop.Orders/Shop.Orders.csproj",
            $"<Project><ItemGroup>{item}</ItemGroup></Project>"
        );
        Violations(planted, Declared).ShouldCatch("Shop.Orders", "takes in");
    }

    [Fact]
    public void Planted_package_in_contracts_is_caught()
    {
        var xml = """<Project><ItemGroup><PackageReference Include="WolverineFx" /></ItemGroup></Project>""";
        var planted = ProjectFile.Parse("src/Modules/Orders/Shop.Orders.Contracts/Shop.Orders.Contracts.csproj", xml);
        Violations(planted, Declared).ShouldCatch("Shop.Orders.Contracts", "package WolverineFx");
    }

    private static IEnumerable<Violation> Violations(ProjectFile project, IReadOnlyDictionary<string, IReadOnlyList<string>> declared)
    {
        foreach (var way in project.OtherWays)
            yield return new(project.Name, $"takes in or lets in {way}", "use messages and the other module's Contracts");
        var own = project.Path.Split('/')[2];
        var isContracts = project.Name.EndsWith(".Contracts", StringComparison.Ordinal);
        if (isContracts)
            foreach (var package in project.PackageReferences)
                yield return new(project.Name, $"references the package {package}", "keep Contracts free of packages");

        foreach (var reference in project.ProjectReferences)
        {
            if (reference == "Shop.BuildingBlocks.Contracts")
                continue;
            if (isContracts)
                yield return new(project.Name, $"references {reference}", "Contracts reference Shop.BuildingBlocks.Contracts only");
            else if (reference != "Shop.BuildingBlocks" && reference != $"Shop.{own}.Contracts")
                foreach (var violation in Foreign(project.Name, own, reference, declared))
                    yield return violation;
        }
    }

    private static IEnumerable<Violation> Foreign(
        string who,
        string own,
        string reference,
        IReadOnlyDictionary<string, IReadOnlyList<string>> declared
    )
    {
        if (reference.Split('.') is not ["Shop", var other, "Contracts"])
            yield return new(who, $"references {reference}", "reference a module's Contracts, never its code");
        else if (Listeners.Contains(other))
            yield return new(
                who,
                $"references {reference}, which only listens",
                "turn the dependency around: let it subscribe to your event"
            );
        else if (!declared.GetValueOrDefault(own, []).Contains(other))
            yield return new(
                who,
                $"references {reference} but does not declare {other}",
                $"add it to {own}Module.DependsOn, or do without"
            );
    }
}
