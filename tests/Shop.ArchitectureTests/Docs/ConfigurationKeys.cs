using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Shop.ArchitectureTests.Docs;

/// <summary>A setting of a module.</summary>
/// <param name="Name">Such as <c>Carts:Currency</c>.</param>
/// <param name="Default">Value when nothing is set; empty when it has to be set.</param>
/// <param name="Meaning">The option's own words.</param>
public sealed record ConfigurationKey(string Name, string Default, string Meaning)
{
    /// <summary>Keys of all options classes among the types: classes named …Options that say their <c>Section</c>.</summary>
    public static IReadOnlyList<ConfigurationKey> Of(IEnumerable<Type> types, XmlDocs docs) =>
        [
            .. types
                .Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal) && Section(t) is not null)
                .SelectMany(t => Keys(Section(t)!, t, docs))
                .OrderBy(k => k.Name, StringComparer.Ordinal),
        ];

    private static string? Section(Type type) => type.GetField("Section")?.GetRawConstantValue() as string;

    private static IEnumerable<ConfigurationKey> Keys(string section, Type type, XmlDocs docs)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var name = $"{section}:{property.Name}";
            if (IsNested(property.PropertyType))
                foreach (var key in Keys(name, property.PropertyType, docs))
                    yield return key;
            else if (property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
                yield return new($"{name}:0", "", docs.Of(property));
            else
                yield return new(
                    name,
                    Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture) ?? "",
                    docs.Of(property)
                );
        }
    }

    private static bool IsNested(Type type) =>
        type is { IsClass: true, Namespace: not null } && type.Namespace.StartsWith("Shop.", StringComparison.Ordinal);
}
