using System.Reflection;
using System.Runtime.CompilerServices;
using Shop.ArchitectureTests.Model;
using Shop.BuildingBlocks.Contracts;

namespace Shop.ArchitectureTests.Walls;

/// <summary>
/// Wall 4: Contracts hold immutable records of primitives, enums, records of the same Contracts and Money. (That they reference
/// Shop.BuildingBlocks.Contracts only is wall 2.)
/// </summary>
public sealed class Wall04Contracts
{
    private static readonly HashSet<Type> Plain =
    [
        typeof(string),
        typeof(decimal),
        typeof(Guid),
        typeof(DateTimeOffset),
        typeof(DateOnly),
        typeof(TimeOnly),
        typeof(TimeSpan),
        typeof(Uri),
    ];

    private static readonly HashSet<Type> Lists = [typeof(IReadOnlyList<>), typeof(IReadOnlyDictionary<,>)];

    [Fact]
    public void Contracts_hold_immutable_records_of_plain_values()
    {
        var types = ShopModule.All.SelectMany(m => Written(m.Contracts.GetTypes())).ToArray();
        types.SelectMany(Violations).ShouldBeNone(types.Length);
    }

    [Fact]
    public void Planted_contracts_are_caught()
    {
        var types = Written(GetType().Assembly.GetTypes()).Where(t => t.Namespace == "Shop.Beta.Contracts");
        var found = types.SelectMany(Violations).ToArray();
        found.ShouldCatch(nameof(Beta.Contracts.IBetaService), "interface");
        found.ShouldCatch(nameof(Beta.Contracts.MutableBeta), "can be set");
        found.ShouldCatch(nameof(Beta.Contracts.BetaEntity), "not a record");
        found.ShouldCatch(nameof(Beta.Contracts.BetaWithArray), "Int32[]");
        found.ShouldCatch(nameof(Beta.Contracts.BetaWithForeignRecord), nameof(Alpha.Contracts.AlphaHappened));
        found.ShouldCatch(nameof(Beta.Contracts.OpenBeta), "not sealed");
        found.ShouldSpare(nameof(Beta.Contracts.GoodBeta));
    }

    private static IEnumerable<Type> Written(IEnumerable<Type> types) =>
        types.Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)) && Messages.IsContract(t));

    private static IEnumerable<Violation> Violations(Type type)
    {
        if (type.IsEnum)
            yield break;
        if (type.IsInterface)
        {
            yield return new(type.FullName!, "is an interface in Contracts", "say it as a message");
            yield break;
        }
        if (!IsRecord(type))
            yield return new(type.FullName!, "is not a record", "make it a sealed record or an enum, or move it into the module");
        if (!type.IsSealed)
            yield return new(type.FullName!, "is not sealed", "seal it: JSON carries no subtypes");
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (property.SetMethod is { } setter && !IsInit(setter))
                yield return new(type.FullName!, $"{property.Name} can be set", "use { get; init; } or a positional parameter");
            if (!IsAllowed(property.PropertyType, type))
                yield return new(
                    type.FullName!,
                    $"{property.Name} is a {property.PropertyType.Name}",
                    "use plain values, enums, records of the same Contracts, Money, or an IReadOnlyList of these"
                );
        }
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Where(f => !f.IsLiteral))
            yield return new(type.FullName!, $"{field.Name} is a field", "carry values in properties");
    }

    private static bool IsAllowed(Type type, Type of)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return IsAllowed(value, of);
        if (type.IsGenericType)
            return Lists.Contains(type.GetGenericTypeDefinition()) && type.GetGenericArguments().All(a => IsAllowed(a, of));
        return type.IsPrimitive
            || Plain.Contains(type)
            || (type.Namespace == of.Namespace && !type.IsInterface)
            || (type.Assembly == typeof(Money).Assembly && IsRecord(type));
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly) is not null;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
