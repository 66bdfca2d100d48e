using System.Globalization;
using Shop.Products.Contracts;

namespace Shop.Products.Domain;

/// <summary>A property that products may have and shoppers may filter by.</summary>
public sealed class AttributeDefinition
{
    private AttributeDefinition() { }

    /// <summary>A new one.</summary>
    public AttributeDefinition(string code, AttributeKind kind) => (Code, Kind) = (code, kind);

    /// <summary>Its stable name; the key.</summary>
    public string Code { get; private init; } = "";

    /// <summary>What its values are; never changes, as values are kept.</summary>
    public AttributeKind Kind { get; private init; }

    /// <summary>As people read it.</summary>
    public string Label { get; set; } = "";

    /// <summary>The values of a choice, in shown order; empty for the other kinds.</summary>
    public IReadOnlyList<string> Choices { get; set; } = [];

    /// <summary>Place among the others.</summary>
    public int Position { get; set; }

    /// <summary>Rises with each change.</summary>
    public long Version { get; set; } = 1;

    /// <summary>Lower-case letters, digits, dashes and underscores; a letter first.</summary>
    public static bool IsCode(string? code) =>
        code is { Length: > 0 and <= Limits.AttributeCode }
        && char.IsAsciiLetterLower(code[0])
        && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');

    /// <summary>Reads a value into the form it is kept in: <c>1.50</c> becomes <c>1.5</c>, <c>TRUE</c> becomes <c>true</c>.</summary>
    public bool TryRead(string text, out string value)
    {
        value = PlainText.Tidy(text);
        if (value.Length is 0 or > Limits.AttributeValue)
            return false;
        switch (Kind)
        {
            case AttributeKind.Number:
                const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
                if (!decimal.TryParse(value, Style, CultureInfo.InvariantCulture, out var number))
                    return false;
                value = (number == 0 ? 0 : number).ToString("0.############################", CultureInfo.InvariantCulture);
                return true;
            case AttributeKind.Boolean:
                value = value.ToLowerInvariant();
                return value is "true" or "false";
            case AttributeKind.Choice:
                return Choices.Contains(value);
            default:
                return true;
        }
    }
}

/// <summary>Values of attributes, by code.</summary>
public static class AttributeValues
{
    /// <summary>True when both say the same.</summary>
    public static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(value => b.TryGetValue(value.Key, out var other) && other == value.Value);
}
