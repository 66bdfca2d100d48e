using JasperFx;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Messaging;
using Shop.Host.Migrations;
using Wolverine;

namespace Shop.Host;

/// <summary>Puts the shop together. Nothing here knows what a module does.</summary>
public static class ShopApplication
{
    /// <summary>Registers the modules, the bus and what the web needs.</summary>
    public static WebApplicationBuilder AddShop(this WebApplicationBuilder builder)
    {
        foreach (var module in Modules.All)
            module.AddServices(builder.Services, builder.Configuration);
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddProblemDetails();
        builder.UseWolverine(options => options.UseShopBus(builder.Configuration, Modules.All));
        return builder;
    }

    /// <summary>Maps the routes.</summary>
    public static WebApplication UseShop(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        foreach (var module in Modules.All)
            module.MapEndpoints(app);
        return app;
    }

    /// <summary>True while a build or migration tool runs Program only to look at what it builds: no database is at hand then.</summary>
    public static bool IsDesignTime =>
        EF.IsDesignTime || System.Reflection.Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";
}
