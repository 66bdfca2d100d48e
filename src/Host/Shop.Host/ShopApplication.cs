using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Shop.Host.Api;
using Shop.Host.Commands;
using Shop.Host.Gateway;
using Shop.Host.Messaging;
using Shop.Host.Migrations;
using Shop.Host.Observability;
using Shop.Host.Security;
using Shop.Host.Topology;
using Shop.Storefront;
using Wolverine;

namespace Shop.Host;

/// <summary>Puts the shop together. Nothing here knows what a module does.</summary>
public static class ShopApplication
{
#if DEBUG
    // Finds what compiles the handlers, and what the tests listen with.
    private const ExtensionDiscovery Extensions = ExtensionDiscovery.Automatic;
#else
    // There are none, and to look for them would load every assembly beside the host.
    private const ExtensionDiscovery Extensions = ExtensionDiscovery.ManualOnly;
#endif

    /// <summary>The host, built and not started; tests start it in their own process.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                Args = ShopCommands.SettingsOf(args),
                ApplicationName = typeof(ShopApplication).Assembly.GetName().Name,
            }
        );
        if (IsDesignTime || ShopCommands.NeedsNoDatabase(args))
            builder.Configuration["ConnectionStrings:Shop"] ??= "Host=localhost;Database=shop";
        else if (builder.Environment.IsProduction() && ShopCommands.HandlesMessages(args))
            ProductionGuard.Check(builder.Configuration);
        else if (string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString("Shop")))
            throw new CannotStartException("Set ConnectionStrings__Shop to the shop's PostgreSQL database.");
        AddServices(builder);
        var app = builder.Build();
        Map(app);
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var placement = Placement.Read(builder.Configuration);
        var transport = ModuleTransport.Read(builder.Configuration);
        builder.Services.AddShopTopology(builder.Configuration, placement, transport);
        builder.WebHost.ListenToTheShop(placement);
        foreach (var module in placement.Hosted)
            module.AddServices(builder.Services, builder.Configuration);
        builder.Services.AddSingleton<Migrator>();
        builder.AddShopObservability();
        builder.AddShopApi();
        builder.Services.AddShopSecurity();
        builder.Services.AddShopStorefront();
        builder.Services.AddHostedService<StrandedMessages>();
        builder.Services.AddWolverine(Extensions, options => options.UseShopBus(builder.Configuration, placement, transport));
    }

    private static void Map(WebApplication app)
    {
        app.MapShopObservability();
        app.UseShopApi();
        app.UseShopGateway();
        app.UseShopRouting();
        app.UseShopSecurity();
        var placement = app.Services.GetRequiredService<Placement>();
        if (placement.IsFront)
        {
            app.MapShopApi();
            app.MapShopStorefront();
        }
        app.MapShopTopology();
        foreach (var module in placement.Hosted)
            module.MapEndpoints(app);
    }

    /// <summary>True while a build or migration tool runs Program only to look at what it builds: no database is at hand then.</summary>
    public static bool IsDesignTime => EF.IsDesignTime || Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";
}
