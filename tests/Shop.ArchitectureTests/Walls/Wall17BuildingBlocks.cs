using System.Text.RegularExpressions;
using Mono.Cecil;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 17: BuildingBlocks knows no module and no business noun. Money, and the address it is sent to, are the exceptions.</summary>
public sealed partial class Wall17BuildingBlocks
{
    private static readonly HashSet<string> Nouns =
    [
        .. (
            "Product Variant Sku Catalog Catalogue Category Cart Basket Checkout Order Payment Refund Invoice Stock Inventory Warehouse "
            + "Reservation Shipment Shipping Parcel Price Discount Coupon Voucher Offer Review Wishlist Mail Newsletter"
        ).Split(' '),
    ];

    private static readonly Type[] Exceptions = [typeof(Money), typeof(PostalAddress)];

    [Fact]
    public void Building_blocks_reference_no_module()
    {
        var projects = Repo.Projects("src", "BuildingBlocks");
        projects.SelectMany(References).ShouldBeNone(projects.Count);
    }

    [Fact]
    public void Building_blocks_name_no_module_and_no_business_noun()
    {
        TypeDefinition[] types = [.. Il.Types(typeof(IModule).Assembly), .. Il.Types(typeof(IMessage).Assembly)];
        var judged = types.Where(t => Exceptions.All(e => e.FullName != t.Outermost().FullName)).ToArray();
        judged.SelectMany(Business).ShouldBeNone(judged.Length);
    }

    [Fact]
    public void Planted_business_is_caught()
    {
        var xml =
            """<Project><ItemGroup><ProjectReference Include="../../Modules/Orders/Shop.Orders.Contracts/Shop.Orders.Contracts.csproj" /></ItemGroup></Project>""";
        References(ProjectFile.Parse("src/BuildingBlocks/Shop.BuildingBlocks/Shop.BuildingBlocks.csproj", xml))
            .ShouldCatch("Shop.BuildingBlocks", "Shop.Orders.Contracts");
        var found = Il.Types(GetType().Assembly).In("Shop.Beta.Blocks").SelectMany(Business).ToArray();
        found.ShouldCatch(nameof(Beta.Blocks.OrderHelper), "Order");
        found.ShouldCatch(nameof(Beta.Blocks.Helper), "Cart");
        found.ShouldCatch(nameof(Beta.Blocks.Helper), "\"inventory");
        found.ShouldSpare(nameof(Beta.Blocks.BorderedStockings));
    }

    private static IEnumerable<Violation> References(ProjectFile project) =>
        project
            .ProjectReferences.Where(r => !r.StartsWith("Shop.BuildingBlocks", StringComparison.Ordinal))
            .Select(r => new Violation(project.Name, $"references {r}", "move what needs it into the module"));

    private static IEnumerable<Violation> Business(TypeDefinition type)
    {
        if (type.Name.StartsWith('<'))
            yield break;
        var names = type
            .Methods.Select(m => m.Name)
            .Concat(type.Fields.Select(f => f.Name))
            .Concat(type.Properties.Select(p => p.Name))
            .Concat(type.Methods.SelectMany(m => m.Parameters).Select(p => p.Name))
            .Prepend(type.Name);
        foreach (var name in names.Distinct())
            if (Words().Matches(name).Select(w => Singular(w.Value)).FirstOrDefault(Nouns.Contains) is { } noun)
                yield return new(type.FullName, $"{name} speaks of {noun}", "move it into the module that means it");
        foreach (var literal in type.Literals().Where(l => Repo.ModuleFolders.Any(m => MentionsModule(l, m))))
            yield return new(type.FullName, $"holds the text \"{literal}\", which names a module", "let the module pass it in");
    }

    private static bool MentionsModule(string text, string module) =>
        Regex.IsMatch(text, $@"(?<!\w)({module.ToLowerInvariant()}|Shop\.{module})(?!\w)", RegexOptions.CultureInvariant);

    private static string Singular(string word)
    {
        var upper = char.ToUpperInvariant(word[0]) + word[1..];
        return upper.EndsWith('s') && !upper.EndsWith("ss", StringComparison.Ordinal) ? upper[..^1] : upper;
    }

    [GeneratedRegex("[A-Z]?[a-z]+")]
    private static partial Regex Words();
}
