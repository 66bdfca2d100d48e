using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Shop.Host.Security;
using Shop.Host.Topology;
using Shop.LocalServices.Catalogue;
using Shop.Products;

namespace Shop.Host;

/// <summary>Serves the shop, and tells a developer where everything is.</summary>
public static class ShopServer
{
    private const int DemoProducts = 1_000;

    /// <summary>Runs until it is told to stop. Exit code 0 after a clean stop.</summary>
    public static async Task<int> RunAsync(WebApplication app, Surroundings surroundings)
    {
        if (surroundings.Services is not null)
            app.MapDemoPictures();
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            // Counted while the rest starts: it waits for the code of its first query, and a developer for the count.
            var present = AsksForSeed(app, surroundings) ? Task.Run(() => ProductsModule.CountAsync(app.Services, stopping)) : null;
            await app.StartAsync(stopping);
            var products = present is null ? 0 : await SeedAsync(app, surroundings, await present, stopping);
            if (surroundings.Services is not null)
            {
                // Ready is what the probe calls so.
                await app.Services.GetRequiredService<SigningKeyCache>().FirstAsked.WaitAsync(stopping);
                Announce(app, surroundings, products);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop so early: what has started drains as always.
        }
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static int? Asked(WebApplication app) => app.Configuration.GetValue<int?>("seed");

    private static bool AsksForSeed(WebApplication app, Surroundings surroundings) =>
        app.Services.GetRequiredService<Placement>().Of("Products").IsHere && (surroundings.Services is not null || Asked(app) is not null);

    /// <summary>
    /// Fills the shop up to so many products with the demo catalogue: <c>--seed N</c>, or the usual number where the database is ours, or
    /// is somebody's and empty.
    /// </summary>
    /// <returns>How many products there are.</returns>
    private static async Task<int> SeedAsync(WebApplication app, Surroundings surroundings, int present, CancellationToken stopping)
    {
        var products = Asked(app) ?? (surroundings.Services!.Postgres is not null || present == 0 ? DemoProducts : 0);
        if (products <= present)
            return present;
        var file = Path.GetTempFileName();
        try
        {
            await using (var writer = new StreamWriter(file))
                await DemoCatalogue.WriteAsync(writer, products, cancellationToken: stopping);
            await using (var csv = File.OpenRead(file))
                await ProductsModule.ImportAsync(app.Services, csv, TextWriter.Null, stopping);
        }
        finally
        {
            File.Delete(file);
        }
        return products;
    }

    private static void Announce(WebApplication app, Surroundings surroundings, int products)
    {
        var shop = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var placement = app.Services.GetRequiredService<Placement>();
        if (!placement.IsFront)
        {
            Console.WriteLine($"\n  {string.Join(", ", placement.Hosted.Select(m => m.Name))} is ready at {shop}. Ctrl+C stops it.\n");
            return;
        }
        var services = surroundings.Services!;
        if (services.Payments is { } payments)
            payments.TellTo(new Uri($"{shop}/api/v1/payments/webhooks/stripe"));
        Console.WriteLine(
            $"""

              Shop is ready, with {products} products.

                shop window    {shop}
                API reference  {shop}/scalar
                mail box       {services.Mail?.Address?.ToString() ?? "your own"}
                payments       {services.Payments?.Address.ToString() ?? "your own"}
                sign in as     {app.Configuration["Users:FirstAdmin:Email"]} / {app.Configuration["Users:FirstAdmin:Password"]} (admin)

              Data is kept in {surroundings.Folder}. Ctrl+C stops all of it.

            """
        );
    }
}
