using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Shop.Products.Tests.Slices;

/// <summary>Keeps what is put and gives it back, and remembers how it was asked. It checks no signature.</summary>
internal sealed class S3Double : IAsyncDisposable
{
    private readonly WebApplication _app;

    private S3Double(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public ConcurrentDictionary<string, byte[]> Objects { get; } = [];

    public List<(string Method, string Path, string? ContentType, string Authorization)> Requests { get; } = [];

    public static async Task<S3Double> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var store = new S3Double(app);
        app.Run(store.HandleAsync);
        await app.StartAsync();
        return store;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.ToString();
        lock (Requests)
            Requests.Add((http.Request.Method, path, http.Request.ContentType, http.Request.Headers.Authorization.ToString()));
        if (HttpMethods.IsPut(http.Request.Method))
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            Objects[path] = body.ToArray();
            http.Response.Headers.ETag = "\"0\"";
        }
        else if (Objects.TryGetValue(path, out var bytes))
            await http.Response.Body.WriteAsync(bytes);
        else
            http.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
