using System.Collections;
using System.Reflection;
using Shop.BuildingBlocks.Contracts;

namespace Shop.ArchitectureTests.Model;

/// <summary>Makes an instance of any message, always the same one.</summary>
public sealed class SampleMessage
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private int _count;

    private SampleMessage() { }

    /// <summary>An instance with every member filled.</summary>
    public static object Of(Type type) => new SampleMessage().Make(type, type.Name);

    private object Make(Type type, string name)
    {
        _count++;
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Make(value, name);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Last();
        if (type == typeof(Money))
            return new Money(1000 + _count, "EUR");
        return Scalar(type, name) ?? (type.IsGenericType ? Collection(type, name) : Composite(type));
    }

    private object? Scalar(Type type, string name) =>
        Type.GetTypeCode(type) switch
        {
            TypeCode.String => $"{name}-{_count}",
            TypeCode.Boolean => true,
            TypeCode.Decimal => _count + 0.5m,
            TypeCode.Double => _count + 0.5d,
            TypeCode.Object when type == typeof(Guid) => new Guid($"019b0000-0000-7000-8000-{_count:x12}"),
            TypeCode.Object when type == typeof(DateTimeOffset) => Noon.AddSeconds(_count),
            TypeCode.Object when type == typeof(DateOnly) => DateOnly.FromDateTime(Noon.Date).AddDays(_count),
            TypeCode.Object when type == typeof(TimeSpan) => TimeSpan.FromSeconds(_count),
            TypeCode.Object when type == typeof(Uri) => new Uri($"https://shop.example/{_count}"),
            TypeCode.Object => null,
            _ => Convert.ChangeType(_count, type, System.Globalization.CultureInfo.InvariantCulture),
        };

    private object Collection(Type type, string name)
    {
        var arguments = type.GetGenericArguments();
        if (arguments.Length == 1)
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments))!;
            list.Add(Make(arguments[0], name));
            list.Add(Make(arguments[0], name));
            return list;
        }
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
        map.Add(Make(arguments[0], name), Make(arguments[1], name));
        return map;
    }

    private object Composite(Type type)
    {
        var constructor =
            type.GetConstructors().Where(c => !IsCopy(c, type)).MaxBy(c => c.GetParameters().Length)
            ?? throw new InvalidOperationException($"{type} has no public constructor.");
        var instance = constructor.Invoke([.. constructor.GetParameters().Select(p => Make(p.ParameterType, p.Name!))]);
        var filled = constructor.GetParameters().Select(p => p.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            if (property.CanWrite && !filled.Contains(property.Name))
                property.SetValue(instance, Make(property.PropertyType, property.Name));
        return instance;
    }

    private static bool IsCopy(ConstructorInfo constructor, Type type) =>
        constructor.GetParameters() is [{ } only] && only.ParameterType == type;
}
