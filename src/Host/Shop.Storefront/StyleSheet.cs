using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Shop.Storefront;

/// <summary>The style sheet, by an address that changes with it, so that browsers may keep it for ever.</summary>
internal static class StyleSheet
{
    public const string Route = "/storefront/{version}/shop.css";

    private static readonly byte[] Content = Read();

    public static string Url { get; } =
        Route.Replace("{version}", Convert.ToHexStringLower(SHA256.HashData(Content))[..12], StringComparison.Ordinal);

    public static FileContentHttpResult Answer(string version, HttpResponse response)
    {
        response.Headers.CacheControl = Url.Contains(version, StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
        return TypedResults.Bytes(Content, "text/css; charset=utf-8");
    }

    private static byte[] Read()
    {
        using var stream = typeof(StyleSheet).Assembly.GetManifestResourceStream("shop.css")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
