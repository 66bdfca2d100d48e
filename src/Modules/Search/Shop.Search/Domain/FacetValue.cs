using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Search.Domain;

/// <summary>A value that products can be counted and filtered by.</summary>
public sealed class FacetValue
{
    /// <summary>See <see cref="IdOf"/>.</summary>
    public long Id { get; init; }

    /// <summary><see cref="Category"/>, <see cref="Vendor"/>, or the key of an option or attribute.</summary>
    public required string Facet { get; init; }

    /// <summary>The facet as people read it.</summary>
    public required string FacetLabel { get; init; }

    /// <summary>What to filter by: a category's slug, otherwise the value itself.</summary>
    public required string Value { get; init; }

    /// <summary>The value as people read it.</summary>
    public required string Label { get; init; }

    /// <summary>The label in lower case and without accents, for prefixes.</summary>
    public string LabelKey { get; init; } = "";

    /// <summary>Slug of the category above.</summary>
    public string? Parent { get; init; }

    /// <summary>The facet of categories.</summary>
    public const string Category = "category";

    /// <summary>The facet of makers.</summary>
    public const string Vendor = "vendor";

    /// <summary>
    /// The key of an option or attribute: letters and digits in lower case, hyphens between. An option and an attribute of one name are one facet.
    /// </summary>
    public static string KeyOf(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var c in name.ToLowerInvariant())
            if (char.IsLetterOrDigit(c))
                key.Append(c);
            else if (key.Length > 0 && key[^1] != '-')
                key.Append('-');
        var text = key.ToString().TrimEnd('-');
        return text is Category or Vendor ? $"own-{text}" : text;
    }

    /// <summary>A value's id: 64 bits of a hash, so that writers and readers know it without asking. Upper and lower case are one value.</summary>
    public static long IdOf(string facet, string value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{facet}\n{value.Trim().ToLowerInvariant()}"), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
