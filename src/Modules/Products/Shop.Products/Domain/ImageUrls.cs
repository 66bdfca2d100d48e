namespace Shop.Products.Domain;

/// <summary>Which addresses may stand as a picture's: they end up in pages of the shop.</summary>
public static class ImageUrls
{
    /// <summary>http(s), or a path on the shop's own host; no other scheme.</summary>
    public static bool IsValid(string? url) =>
        url is { Length: > 0 and <= Limits.ImageUrl }
        && !url.Any(char.IsControl)
        && (
            (url[0] == '/' && !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains('\\'))
            || (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme is "https" or "http")
        );
}
