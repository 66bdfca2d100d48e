using System.Collections;
using System.Globalization;
using System.Reflection;
using Mono.Cecil;
using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Docs;

/// <summary>A setting of a module.</summary>
/// <param name="Name">Such as <c>Carts:Currency</c>.</param>
/// <param name="Default">Value when nothing is set; empty when it has to be set.</param>
/// <param name="Meaning">The option's own words.</param>
public sealed record ConfigurationKey(string Name, string Default, string Meaning)
{
    /// <summary>Keys of all options that a module binds.</summary>
    public static IReadOnlyList<ConfigurationKey> Of(Assembly code, XmlDocs docs) =>
        [.. Bound(Il.Types(code), code).SelectMany(b => Keys(b.Section, b.Options, docs)).OrderBy(k => k.Name, StringComparer.Ordinal)];

    /// <summary>Options classes that are bound to no section: nobody could set them, and no page would name them.</summary>
    /// <param name="written">All types of the module.</param>
    /// <param name="bound">What <see cref="Bound"/> found.</param>
    public static IEnumerable<Violation> Unbound(IEnumerable<Type> written, IEnumerable<Type> bound)
    {
        var reached = new HashSet<Type>();
        var open = new Queue<Type>(bound);
        while (open.TryDequeue(out var type))
            if (reached.Add(type))
                foreach (var property in type.GetProperties().Where(p => IsNested(p.PropertyType)))
                    open.Enqueue(property.PropertyType);
        return written
            .Where(t =>
                t is { IsClass: true, IsAbstract: false } && t.Name.EndsWith("Options", StringComparison.Ordinal) && !reached.Contains(t)
            )
            .Select(t => new Violation(
                t.FullName!,
                "is bound to no section",
                "services.AddOptions<…>().BindConfiguration(\"…\") in AddServices"
            ));
    }

    /// <summary>Options and their sections, as in <c>AddOptions&lt;T&gt;().BindConfiguration("Section")</c>.</summary>
    public static IEnumerable<(Type Options, string Section)> Bound(IEnumerable<TypeDefinition> types, Assembly code)
    {
        foreach (var method in types.SelectMany(t => t.Methods).Where(m => m.HasBody))
        {
            Type? options = null;
            var literal = "";
            foreach (var instruction in method.Body.Instructions)
                switch (instruction.Operand)
                {
                    case GenericInstanceMethod { Name: "AddOptions" or "AddOptionsWithValidateOnStart" } add:
                        options = code.GetType(add.GenericArguments[0].FullName.Replace('/', '+'));
                        break;
                    case string text:
                        literal = text;
                        break;
                    case MethodReference { Name: "BindConfiguration" or "GetSection" } when options is not null:
                        yield return (options, literal);
                        options = null;
                        break;
                }
        }
    }

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
