using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Shop.Host.Api;

/// <summary><c>Shop.Host openapi</c>: prints the API's description without starting anything, no database needed.</summary>
public static class OpenApiCommand
{
    /// <summary>The first argument that asks for it.</summary>
    public const string Name = "openapi";

    /// <summary>Writes the document to standard output; 0 when written.</summary>
    /// <param name="app">The host, built and not started.</param>
    public static async Task<int> RunAsync(WebApplication app)
    {
        Console.Out.Write(await WriteAsync(app));
        return 0;
    }

    /// <summary>The document as docs/openapi.json holds it.</summary>
    /// <param name="app">The host, built and not started.</param>
    public static async Task<string> WriteAsync(WebApplication app)
    {
        // Routes join the application's endpoints when the pipeline is built, which a host that isn't started never does.
        app.UseEndpoints(_ => { });
        var provider = app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiDocument.Name);
        var document = await provider.GetOpenApiDocumentAsync();
        return (await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)).ReplaceLineEndings("\n") + "\n";
    }
}
