using System.Globalization;
using System.Text;

namespace Shop.Products.Domain;

/// <summary>Addresses made of names: lower-case letters and digits of ASCII, joined by single dashes.</summary>
public static class Slugs
{
    /// <summary>Paths below <c>/products</c> that mean something else.</summary>
    private static readonly string[] Reserved = ["categories"];

    /// <summary>The slug of a name: accents drop off, everything else that doesn't fit becomes a dash. Empty when nothing fits.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        return slug.ToString(0, Math.Min(slug.Length, Limits.Slug)).Trim('-');
    }

    /// <summary>True for what a product may have as its address.</summary>
    public static bool IsValid(string slug) => slug.Length is > 0 and <= Limits.Slug && From(slug) == slug && !Reserved.Contains(slug);
}
