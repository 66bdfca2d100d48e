using System.Reflection;
using NetArchTest.Rules;

namespace Shop.ArchitectureTests.Model;

/// <summary>Which types of an assembly depend on which forbidden names, by NetArchTest.</summary>
public static class Dependencies
{
    /// <summary>Names to forbid, outermost types only: a nested type's name begins with its owner's, and names match by prefix.</summary>
    public static string[] Names(IEnumerable<Type> types) =>
        [
            .. types
                .Where(t => !t.IsNested && t.Namespace?.StartsWith("Shop.", StringComparison.Ordinal) == true && !t.Name.StartsWith('<'))
                .Select(t => t.FullName!),
        ];

    /// <summary>Each type that uses any of the names, with those it uses.</summary>
    /// <param name="assembly">Where to look.</param>
    /// <param name="space">Only types of this namespace, and those below it; null for all.</param>
    /// <param name="names">Full names of types, or namespaces.</param>
    public static IEnumerable<(Type Type, string Used)> Find(Assembly assembly, string? space, string[] names) =>
        Depending(assembly, names)
            .Where(t => space is null || Il.IsIn(t.Namespace, space))
            .Select(t => (t, string.Join(", ", Narrow(t, names).Order(StringComparer.Ordinal))));

    private static Type[] Depending(Assembly assembly, string[] names) =>
        names.Length == 0 ? [] : [.. Types.InAssembly(assembly).That().HaveDependencyOnAny(names).GetTypes()];

    // Halving finds the culprits among hundreds of names in a few looks.
    private static IEnumerable<string> Narrow(Type type, string[] names)
    {
        if (!Depending(type.Assembly, names).Contains(type))
            return [];
        return names.Length == 1 ? names : [.. Narrow(type, names[..(names.Length / 2)]), .. Narrow(type, names[(names.Length / 2)..])];
    }
}
