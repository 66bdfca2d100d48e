using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Shop.Products.Domain;

namespace Shop.Products.Features;

/// <summary>A file in a request: its body, or the first file of a form.</summary>
/// <param name="Content">Read once.</param>
/// <param name="FileName">As the sender calls it; never used as a path.</param>
/// <param name="ContentType">As the sender says.</param>
internal sealed record Upload(Stream Content, string FileName, string ContentType)
{
    private const int MaxName = 200;

    /// <summary>Null when the form holds no file.</summary>
    public static async Task<Upload?> OpenAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : null;
        if (type?.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            return new(request.Body, Name(request.Query["name"]), type?.MediaType.Value ?? "");
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
            return null;
        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            if (section.AsFileSection() is { FileStream: not null } file)
                return new(file.FileStream, Name(file.FileName), section.ContentType ?? "");
        return null;
    }

    private static string Name(string? name)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var plain = string.Concat(last.Where(c => !char.IsControl(c)));
        return PlainText.Cut(plain, MaxName);
    }
}
