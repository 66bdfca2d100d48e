using FluentValidation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Shop.BuildingBlocks.Messaging;
using Shop.Host.Advice;
using Shop.Host.Gateway;
using Shop.Host.Messaging;
using Shop.Host.Traffic;

namespace Shop.Host.Topology;

/// <summary>What lets the shop be one process or many.</summary>
internal static class TopologySetup
{
    private const string DefaultUrl = "http://localhost:5000";

    public static void AddShopTopology(
        this IServiceCollection services,
        IConfiguration configuration,
        Placement placement,
        ModuleTransport transport
    )
    {
        services.AddSingleton(placement).AddSingleton(transport).AddSingleton(ServiceKey.Read(configuration, placement));
        services.AddSingleton<ModuleLinks>();
        services.AddSingleton<IAsk, Ask>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ServiceKey.Handler>(ServiceKey.Scheme, null);
        services
            .AddAuthorizationBuilder()
            .AddPolicy(ServiceKey.Scheme, policy => policy.AddAuthenticationSchemes(ServiceKey.Scheme).RequireAuthenticatedUser());
        services.AddShopGateway();
        services.AddAdvice();
        services.AddSingleton<TrafficStore>().AddSingleton<Rehoming>();
        services.AddSingleton<IValidator<MoveTraffic>, MoveTrafficValidator>();
        services.AddOptions<TrafficOptions>().BindConfiguration(TrafficOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TrafficSwitches>().AddSingleton<RemoteWatch>().AddSingleton<ShadowReads>().AddSingleton<TrafficSide>();
        services.AddSingleton<IFeatureDefinitionProvider>(provider => provider.GetRequiredService<TrafficSwitches>());
        services.AddFeatureManagement().AddFeatureFilter<ContextualTargetingFilter>();
        if (placement.IsSplit)
            services.AddHostedService(provider => provider.GetRequiredService<TrafficSwitches>());
        // Where nothing moves there is nothing to watch.
        if (!placement.Modules.Any(m => m is { IsHere: true, IsMoving: true }))
            return;
        services.AddHostedService(provider => provider.GetRequiredService<RemoteWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<ShadowReads>());
    }

    /// <summary>Adds the listener for other processes to those for the public, however those were set.</summary>
    public static void ListenToTheShop(this IWebHostBuilder host, Placement placement)
    {
        if (placement.InternalUrl is not { } url)
            return;
        var ports = host.GetSetting(WebHostDefaults.HttpPortsKey)?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var open =
            host.GetSetting(WebHostDefaults.ServerUrlsKey) is { Length: > 0 } urls ? urls
            : ports.Length > 0 ? string.Join(';', ports.Select(port => $"http://*:{port}"))
            : DefaultUrl;
        host.UseUrls($"{open};{url.GetLeftPart(UriPartial.Authority)}");
    }

    /// <summary>Maps what other processes of the shop ask for; a shop that is one process has none of it.</summary>
    public static void MapShopTopology(this WebApplication app)
    {
        var placement = app.Services.GetRequiredService<Placement>();
        if (placement.IsSplit)
            app.MapQueries(placement);
        if (!placement.IsFront)
            return;
        app.MapTraffic();
        app.MapAdvice();
    }
}
