using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Api;

namespace Shop.Host.Tests.Api;

/// <summary>The rules of every endpoint, on a host with a few endpoints of the tests' own.</summary>
public sealed class BareApi : IAsyncLifetime
{
    private WebApplication? _app;

    /// <summary>Calls it.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>What a request may look like.</summary>
    public sealed record Order(string Name, int Quantity, Size Size, Order? Inner);

    /// <summary>A request with lists.</summary>
    public sealed record Parcel(IReadOnlyList<string> Names, IReadOnlyList<Order>? Orders, IReadOnlyDictionary<string, string?>? Marks);

    /// <summary>Two words, to see how enums are written.</summary>
    public enum Size
    {
        /// <summary>The first.</summary>
        Small,

        /// <summary>The second.</summary>
        ExtraLarge,
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Not cleared: without any log, requests have no trace.
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.AddShopApi();
        _app = builder.Build();
        _app.UseShopApi();
        _app.MapPost("/orders", (Order order) => TypedResults.Ok(order));
        _app.MapPost("/parcels", (Parcel parcel) => TypedResults.Ok(parcel));
        _app.MapPost("/forms", async (HttpRequest request) => (await request.ReadFormAsync()).Files.Count);
        _app.MapGet("/words", (string word, int? most = null) => TypedResults.Ok(word[..(most ?? word.Length)]));
        _app.MapGet("/orders/{id:int}", (int id, int page) => TypedResults.Ok(id + page));
        _app.MapGet("/broken", string () => throw new InvalidOperationException("secret of the house"));
        _app.MapGet("/away", string () => throw new ModuleUnavailableException("Inventory", "secret of the house"));
        _app.MapGet("/late", string () => throw new TimeoutException("secret of the house"));
        _app.MapGet("/refused", () => TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable));
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new() { BaseAddress = new Uri(address) };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
    }
}
