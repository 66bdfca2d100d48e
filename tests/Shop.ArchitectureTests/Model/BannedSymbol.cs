using System.Reflection;

namespace Shop.ArchitectureTests.Model;

/// <summary>A line of BannedSymbols.txt.</summary>
/// <param name="Id">Documentation id, such as <c>P:System.DateTime.Now</c>.</param>
/// <param name="Advice">What to use instead.</param>
public sealed record BannedSymbol(string Id, string Advice)
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy;

    // So that the types of packages are found by name.
    private static readonly Assembly[] Known =
    [
        typeof(object).Assembly,
        typeof(Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.NpgsqlDbContextOptionsBuilder).Assembly,
    ];

    /// <summary>Type and member, without parameters.</summary>
    public string Name => Id[2..].Split('(')[0];

    /// <summary>True when there is such a member: the analyzer passes over a misspelled line in silence.</summary>
    public bool Exists => Known.Select(a => a.GetType(TypeName)).FirstOrDefault(t => t is not null)?.GetMember(MemberName, Any).Length > 0;

    private string TypeName => Name[..Name.LastIndexOf('.')];

    private string MemberName => Name[(Name.LastIndexOf('.') + 1)..];

    /// <summary>True for a call of the method or of the property's getter, in whatever overload.</summary>
    public bool IsCalled(string method) => method == Name || (Id[0] == 'P' && method == $"{TypeName}.get_{MemberName}");

    /// <summary>Reads the list.</summary>
    public static IReadOnlyList<BannedSymbol> Parse(IEnumerable<string> lines) =>
        [
            .. lines
                .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
                .Select(line => line.Split(';', 2))
                .Select(parts => new BannedSymbol(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : "")),
        ];
}
