using FluentValidation;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Checkout.Data;
using Shop.Checkout.Features;
using Shop.Checkout.Saga;

namespace Shop.Checkout;

/// <summary>The Checkout module.</summary>
public sealed class CheckoutModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "checkout";

    /// <inheritdoc />
    public string Name => "Checkout";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Carts", "Inventory", "Orders", "Payments", "Products"];

    /// <inheritdoc />
    public IReadOnlyList<string> RoutePrefixes => ["/api/v1/checkouts"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<CheckoutDbContext>(Schema);
        services
            .AddOptions<CheckoutOptions>()
            .Bind(configuration.GetSection(CheckoutOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddValidatorsFromAssemblyContaining<CheckoutModule>();
        services.AddSingleton<CheckoutSignals>();
        services.AddSingleton<StartGate>();
        services.AddSingleton<SagaRunner>();
        services.AddHostedService<WakeSagas>();
        services.AddStateGauge(
            Schema,
            "shop.checkout.open",
            "select state, count(*) from checkout.checkouts where wake_at is not null group by state"
        );
        services.AddScoped<CartPricing>();
        services.AddScoped<CheckoutWatcher>();
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        StartCheckoutEndpoint.Map(routes);
        GetCheckoutEndpoint.Map(routes);
        WatchCheckoutEndpoint.Map(routes);
        ListNeedsAttentionEndpoint.Map(routes);
    }
}
