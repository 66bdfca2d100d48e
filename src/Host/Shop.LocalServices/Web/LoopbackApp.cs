using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Shop.LocalServices.Web;

/// <summary>A small web app on loopback that takes no settings from the process it lives in, and leaves Ctrl+C to its owner.</summary>
internal static class LoopbackApp
{
    private const int Neighbours = 20;

    /// <summary>Builds and starts it.</summary>
    /// <param name="preferredPort">0: any free one. A port that is taken is replaced by the next free one.</param>
    /// <param name="map">Maps its routes.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<WebApplication> StartAsync(int preferredPort, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, FreePort(preferredPort)));
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        map(app);
        await app.StartAsync(cancellationToken);
        return app;
    }

    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>The port itself when it is free, or one of the next; 0 stays 0.</summary>
    /// <exception cref="IOException">None of them is free.</exception>
    public static int FreePort(int preferred)
    {
        if (preferred == 0)
            return 0;
        for (var port = preferred; port < preferred + Neighbours; port++)
            if (LoopbackPort.IsFree(port))
                return port;
        throw new IOException($"Ports {preferred} to {preferred + Neighbours - 1} are all taken.");
    }

    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
