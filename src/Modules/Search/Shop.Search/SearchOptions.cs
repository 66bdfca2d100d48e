namespace Shop.Search;

/// <summary>Settings of the Search module.</summary>
public sealed class SearchOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Search";

    /// <summary>The languages that PostgreSQL brings a stemmer for, and <c>simple</c>, which takes words as they are.</summary>
    internal static readonly string[] Languages =
    [
        "arabic",
        "danish",
        "dutch",
        "english",
        "finnish",
        "french",
        "german",
        "greek",
        "hungarian",
        "indonesian",
        "irish",
        "italian",
        "lithuanian",
        "norwegian",
        "portuguese",
        "romanian",
        "russian",
        "simple",
        "spanish",
        "swedish",
        "turkish",
    ];

    /// <summary>The language that products are described in; another one than the index was made with has it rebuilt at the start.</summary>
    public string Language { get; set; } = "english";

    internal bool IsComplete() => Languages.Contains(Language);
}
