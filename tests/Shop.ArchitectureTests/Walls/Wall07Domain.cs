using System.Reflection;
using NetArchTest.Rules;
using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 7: what a shopkeeper would call a rule knows no database, no web and no bus.</summary>
public sealed class Wall07Domain
{
    private static readonly string[] Machinery =
    [
        "Microsoft.EntityFrameworkCore",
        "Microsoft.AspNetCore",
        "Microsoft.Extensions",
        "Npgsql",
        "Wolverine",
        "FluentValidation",
    ];

    [Fact]
    public void Domain_types_know_no_machinery()
    {
        var spaces = ShopModule.All.Select(m => (m.Code, Space: $"Shop.{m.Name}.Domain")).ToArray();
        var looked = spaces.Sum(s => s.Code.GetTypes().Count(t => Il.IsIn(t.Namespace, s.Space)));
        spaces.SelectMany(s => Violations(s.Code, s.Space)).ShouldBeNone(looked);
    }

    [Fact]
    public void Planted_domain_type_with_a_context_is_caught()
    {
        var found = Violations(GetType().Assembly, "Shop.Beta.Domain").ToArray();
        found.ShouldCatch(nameof(Beta.Domain.SavesItself), "Microsoft.EntityFrameworkCore");
        found.ShouldSpare(nameof(Beta.Domain.JustCounts));
    }

    private static IEnumerable<Violation> Violations(Assembly assembly, string space)
    {
        foreach (var machinery in Machinery)
        foreach (var type in Types.InAssembly(assembly).That().ResideInNamespace(space).And().HaveDependencyOn(machinery).GetTypes())
            if (Il.IsIn(type.Namespace, space))
                yield return new(type.FullName!, $"knows {machinery}", "move that part into Features/ or Data/ and pass values in");
    }
}
