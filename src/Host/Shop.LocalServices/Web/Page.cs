using System.Text.Encodings.Web;

namespace Shop.LocalServices.Web;

/// <summary>The plain pages of the local services.</summary>
internal static class Page
{
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Text made safe to stand in HTML, between tags or in a quoted attribute.</summary>
    public static string Safe(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    /// <summary>A whole page.</summary>
    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML; what came from outside went through <see cref="Safe" />.</param>
    /// <param name="statusCode">The response's status.</param>
    public static IResult Html(string title, string body, int statusCode = StatusCodes.Status200OK) =>
        new HtmlPage(Render(title, body), statusCode);

    private static string Render(string title, string body) =>
        $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>{{Safe(title)}}</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c1c28; background: #fafafc }
            h1 { font-size: 1.4rem } a { color: #2a4bd7 }
            table { border-collapse: collapse; width: 100%; background: #fff }
            th, td { text-align: left; padding: .4rem .8rem; border-bottom: 1px solid #e4e4ee; vertical-align: top }
            td.number { text-align: right; font-variant-numeric: tabular-nums }
            code, pre { font-family: ui-monospace, monospace; font-size: .9em } pre { white-space: pre-wrap; background: #fff; padding: 1rem }
            iframe { width: 100%; height: 60vh; border: 1px solid #e4e4ee; background: #fff }
            button { font: inherit; padding: .5rem 1.5rem; margin-right: 1rem } form { display: inline }
            </style>
            </head>
            <body>
            <h1>{{Safe(title)}}</h1>
            {{body}}
            </body>
            </html>
            """;

    private sealed class HtmlPage(string html, int statusCode) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = statusCode;
            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return http.Response.WriteAsync(html);
        }
    }
}
