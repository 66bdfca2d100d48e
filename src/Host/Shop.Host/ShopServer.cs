using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Shop.Host.Migrations;
using Shop.LocalServices.Catalogue;
using Shop.Products;

namespace Shop.Host;

/// <summary>Serves the shop: checks that it may start, brings a developer's database up to date, says where everything is.</summary>
public static class ShopServer
{
    private const int DemoProducts = 1_000;

    /// <summary>Runs until it is told to stop. Exit code 0 after a clean stop.</summary>
    public static async Task<int> RunAsync(WebApplication app, Surroundings surroundings)
    {
        if (app.Environment.IsProduction())
            await DemandMigratedAsync(app);
        if (surroundings.Services is not null)
        {
            // What was seeded into a database that is gone doesn't count.
            if (await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None))
                File.Delete(MarkOf(surroundings));
            app.MapDemoPictures();
        }
        await app.StartAsync();
        var seeded = await SeedAsync(app, surroundings);
        if (surroundings.Services is not null)
            Announce(app, surroundings, seeded);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task DemandMigratedAsync(WebApplication app)
    {
        var pending = await app.Services.GetRequiredService<Migrator>().PendingAsync(CancellationToken.None);
        if (pending.Count > 0)
            throw ProductionGuard.Refusal([$"Run `Shop.Host migrate` first; pending: {string.Join(", ", pending)}."]);
    }

    /// <summary>Imports the demo catalogue: <c>--seed N</c> products, or the usual number into a developer's empty shop.</summary>
    private static async Task<int> SeedAsync(WebApplication app, Surroundings surroundings)
    {
        var asked = app.Configuration.GetValue<int?>("seed");
        var mark = surroundings.Folder is null ? null : MarkOf(surroundings);
        var present = mark is not null && File.Exists(mark) ? int.Parse(await File.ReadAllTextAsync(mark), null) : 0;
        var products = asked ?? (surroundings.Services is null ? 0 : DemoProducts);
        if (products <= present)
            return present;
        var file = Path.GetTempFileName();
        await using (var writer = new StreamWriter(file))
            await DemoCatalogue.WriteAsync(writer, products);
        await using (var csv = File.OpenRead(file))
            await ProductsModule.ImportAsync(app.Services, csv, TextWriter.Null, app.Lifetime.ApplicationStopping);
        File.Delete(file);
        if (mark is not null)
            await File.WriteAllTextAsync(mark, $"{products}");
        return products;
    }

    // One for the database in the folder, one for whichever the configuration names.
    private static string MarkOf(Surroundings surroundings) =>
        Path.Combine(surroundings.Folder!, surroundings.Services!.Postgres is null ? "seeded-elsewhere" : "seeded");

    private static void Announce(WebApplication app, Surroundings surroundings, int seeded)
    {
        var shop = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var services = surroundings.Services!;
        if (services.Payments is { } payments)
            payments.TellTo(new Uri($"{shop}/api/v1/payments/webhooks/stripe"));
        Console.WriteLine(
            $"""

              Shop is ready, with {seeded} demo products.

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
