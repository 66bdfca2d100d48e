using System.Text;

namespace Shop.Products.Domain;

/// <summary>Addresses made of names: lower-case letters and digits of ASCII, joined by single dashes.</summary>
public static class Slugs
{
    /// <summary>Paths below <c>/products</c> that mean something else.</summary>
    private static readonly string[] Reserved =
    [
        "all",
        "attributes",
        "bulk",
        "categories",
        "changes",
        "collections",
        "export",
        "imports",
        "media",
    ];

    // The shop runs without ICU data (InvariantGlobalization), so the runtime takes no accents off.
    private static readonly Dictionary<char, string> Latin = Fold(
        ("àáâãåāăą", "a"),
        ("äæ", "ae"),
        ("çćĉċč", "c"),
        ("ďđð", "d"),
        ("èéêëēĕėęě", "e"),
        ("ĝğġģ", "g"),
        ("ĥħ", "h"),
        ("ìíîïĩīĭįı", "i"),
        ("ĵ", "j"),
        ("ķ", "k"),
        ("ĺļľŀł", "l"),
        ("ñńņňŋ", "n"),
        ("òóôõōŏő", "o"),
        ("öøœ", "oe"),
        ("ŕŗř", "r"),
        ("śŝşšș", "s"),
        ("ß", "ss"),
        ("ţťŧț", "t"),
        ("þ", "th"),
        ("ùúûũūŭůűų", "u"),
        ("ü", "ue"),
        ("ŵ", "w"),
        ("ýÿŷ", "y"),
        ("źżž", "z")
    );

    /// <summary>The slug of a name: Latin letters lose their accents, everything else that doesn't fit becomes a dash. Empty when nothing fits.</summary>
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var lower = char.ToLowerInvariant(c);
            if (char.IsAsciiLetterOrDigit(lower))
                slug.Append(lower);
            else if (Latin.TryGetValue(lower, out var letters))
                slug.Append(letters);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        return slug.ToString(0, Math.Min(slug.Length, Limits.Slug)).Trim('-');
    }

    /// <summary>True for what is written as an address is.</summary>
    public static bool IsAddress(string slug) => slug.Length is > 0 and <= Limits.Slug && From(slug) == slug;

    /// <summary>True for what a product may have as its address.</summary>
    public static bool IsValid(string slug) => IsAddress(slug) && !Reserved.Contains(slug);

    /// <summary>True for what a category may have as its address.</summary>
    public static bool IsCategory(string slug) => IsAddress(slug) && slug != "all";

    private static Dictionary<char, string> Fold(params (string From, string To)[] rules) =>
        rules.SelectMany(rule => rule.From.Select(letter => (letter, rule.To))).ToDictionary(pair => pair.letter, pair => pair.To);
}
