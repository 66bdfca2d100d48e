using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Shop.ArchitectureTests.Model;
using Shop.Host;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 16, the list: what BannedSymbols.txt forbids is what the house forbids, every line of it means a symbol that exists, the compiler
/// reads it in every project, and nothing compiled uses any of it.
/// </summary>
public sealed partial class Wall16Banned
{
    // What the wall names; the list may hold more.
    private static readonly string[] Demanded =
    [
        "System.DateTime.Now",
        "System.DateTime.UtcNow",
        "System.DateTime.Today",
        "System.DateTimeOffset.Now",
        "System.DateTimeOffset.UtcNow",
        "System.Threading.Tasks.Task.Wait",
        "System.Threading.Tasks.Task`1.Result",
        "System.Runtime.CompilerServices.TaskAwaiter.GetResult",
        "Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.NpgsqlDbContextOptionsBuilder.EnableRetryOnFailure",
    ];

    private static readonly IReadOnlyList<BannedSymbol> List = BannedSymbol.Parse(File.ReadAllLines(Repo.At("BannedSymbols.txt")));

    [Fact]
    public void The_list_bans_what_the_house_bans()
    {
        Missing(List).ShouldBeNone(List.Count);
        List.SelectMany(Unknown).ShouldBeNone(List.Count);
    }

    [Fact]
    public void The_compiler_reads_the_list_in_every_project()
    {
        Wiring(File.ReadAllText(Repo.At("Directory.Packages.props")), File.ReadAllText(Repo.At("Directory.Build.props"))).ShouldBeNone(1);
        var silencers = Repo.Sources("src").SelectMany(s => Silenced(s.Path, s.Text)).ToList();
        silencers.AddRange(
            Directory
                .GetFiles(Repo.Root)
                .Where(path => Path.GetFileName(path) is "Directory.Build.props" or "Directory.Build.targets" or "Directory.Build.rsp")
                .SelectMany(path => Silenced(Path.GetFileName(path), File.ReadAllText(path)))
        );
        silencers.AddRange(Repo.Projects("src").SelectMany(p => Silenced(p.Path, File.ReadAllText(Repo.At(p.Path)))));
        silencers.ShouldBeNone(Repo.Projects("src").Count);
    }

    [Fact]
    public void Nothing_compiled_uses_a_banned_symbol()
    {
        var types = ProductionTypes();
        types.SelectMany(t => Uses(t, List)).ShouldBeNone(types.Count);
    }

    [Fact]
    public void Planted_uses_are_caught()
    {
        var found = Il.Types(GetType().Assembly).In("Shop.Beta.Code").SelectMany(t => Uses(t, List)).ToArray();
        found.ShouldCatch(nameof(Beta.Code.UsesBannedThings), "System.DateTime.UtcNow");
        found.ShouldCatch(nameof(Beta.Code.UsesBannedThings), "System.Threading.Tasks.Task`1.Result");
        found.ShouldCatch(nameof(Beta.Code.UsesBannedThings), "System.Threading.Tasks.Task.Wait");
        found.ShouldCatch(nameof(Beta.Code.UsesBannedThings), "EnableRetryOnFailure");
        found.ShouldSpare(nameof(Beta.Code.AsksTheClock));
    }

    [Fact]
    public void Planted_gaps_in_the_list_are_caught()
    {
        var planted = BannedSymbol.Parse(["P:System.DateTime.Nowadays;typo", "P:System.DateTime.Now"]);
        Missing(planted).ShouldCatch("BannedSymbols.txt", "System.DateTime.UtcNow");
        var found = planted.SelectMany(Unknown).ToArray();
        found.ShouldCatch("P:System.DateTime.Nowadays", "does not exist");
        found.ShouldCatch("P:System.DateTime.Now", "no advice");
    }

    [Fact]
    public void Planted_unwired_analyzer_and_silencer_are_caught()
    {
        var found = Wiring("<Project />", "<Project />").ToArray();
        found.ShouldCatch("Directory.Packages.props", "BannedApiAnalyzers");
        found.ShouldCatch("Directory.Build.props", "BannedSymbols.txt");
        Silenced("src/Planted.cs", "#pragma warning disable RS0030").ShouldCatch("src/Planted.cs", "RS0030");
        Silenced("Directory.Build.props", "<RunAnalyzers>false</RunAnalyzers>").ShouldCatch("Directory.Build.props", "RunAnalyzers");
    }

    private static IReadOnlyList<TypeDefinition> ProductionTypes() =>
        [
            .. ShopModule
                .All.SelectMany(m => new[] { m.Code, m.Contracts })
                .Concat([typeof(Modules).Assembly, typeof(BuildingBlocks.IModule).Assembly])
                .SelectMany(Il.Types)
                .Where(t => !Il.IsIn(t.Outermost().Namespace, "Internal.Generated")),
        ];

    private static IEnumerable<Violation> Missing(IReadOnlyList<BannedSymbol> list) =>
        Demanded
            .Where(d => list.All(b => b.Name != d))
            .Select(d => new Violation("BannedSymbols.txt", $"does not ban {d}", "add its documentation id"));

    private static IEnumerable<Violation> Unknown(BannedSymbol symbol)
    {
        if (!symbol.Exists)
            yield return new(symbol.Id, "does not exist, so the line bans nothing", "correct the documentation id in BannedSymbols.txt");
        if (symbol.Advice.Length == 0)
            yield return new(symbol.Id, "is banned with no advice", "write behind a ; what to use instead");
    }

    private static IEnumerable<Violation> Uses(TypeDefinition type, IReadOnlyList<BannedSymbol> list)
    {
        foreach (var method in type.Methods)
        foreach (var called in method.Calls().Select(c => c.GetElementMethod().Display()).Distinct())
        foreach (var symbol in list.Where(b => b.IsCalled(called)))
        {
            // An await becomes GetResult in the state machine, and so does an async Main; those written by hand are found in the source.
            if (symbol.Name.EndsWith(".GetResult", StringComparison.Ordinal) && (IsStateMachine(type) || method.Name == "<Main>"))
                continue;
            yield return new($"{type.Outermost().FullName}.{method.Name}", $"uses {symbol.Name}", symbol.Advice);
        }
    }

    private static bool IsStateMachine(TypeDefinition type) =>
        type.Interfaces.Any(i => i.InterfaceType.FullName == typeof(IAsyncStateMachine).FullName);

    private static IEnumerable<Violation> Wiring(string packages, string build)
    {
        if (!WiredAnalyzer().IsMatch(packages))
            yield return new(
                "Directory.Packages.props",
                "does not give BannedApiAnalyzers to every project",
                "bring back the GlobalPackageReference"
            );
        if (!WiredList().IsMatch(build))
            yield return new(
                "Directory.Build.props",
                "does not hand BannedSymbols.txt to the analyzer",
                "bring back the AdditionalFiles item"
            );
    }

    private static IEnumerable<Violation> Silenced(string path, string text)
    {
        foreach (var word in new[] { "RS0030", "<RunAnalyzers", "RunAnalyzers=false" })
            if (text.Contains(word))
                yield return new(path, $"silences {word.TrimStart('<')}", "do without the banned symbol");
    }

    [GeneratedRegex("""<GlobalPackageReference\s+Include="Microsoft\.CodeAnalysis\.BannedApiAnalyzers" """)]
    private static partial Regex WiredAnalyzer();

    [GeneratedRegex("""<AdditionalFiles\s+Include="\$\(RepoRoot\)BannedSymbols\.txt" """)]
    private static partial Regex WiredList();
}
