using FluentValidation;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;
using Shop.Carts.Features;
using StackExchange.Redis;

namespace Shop.Carts;

/// <summary>The Carts module.</summary>
public sealed class CartsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "carts";

    /// <inheritdoc />
    public string Name => "Carts";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Orders", "Products"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<CartsDbContext>(Schema);
        services.AddValidatorsFromAssemblyContaining<CartsModule>(ServiceLifetime.Singleton);
        services
            .AddOptions<CartsOptions>()
            .BindConfiguration(CartsOptions.Section)
            .Validate(
                o => o.IsComplete(),
                "Set Carts__Currency (such as EUR), Carts__TaxBasisPoints (such as 1900) and Carts__ShippingMinor; Carts__Country is two "
                    + "capital letters, the services' addresses are http or https, times are positive."
            )
            .ValidateOnStart();
        services.AddSingleton(p => ToPricing(p.GetRequiredService<IOptions<CartsOptions>>().Value));
        AddCache(services, configuration.GetConnectionString("Redis"));
        OutsideRates.AddHttp(services, p => p.GetRequiredService<IOptions<CartsOptions>>().Value);
        services.AddSingleton<OutsideRates>();
        services.AddSingleton<CouponGuesses>();
        services.AddSingleton<PriceRulesCache>();
        services.AddSingleton<CartPricer>();
        services.AddSingleton<SweepCarts>();
        services.AddHostedService(p => p.GetRequiredService<SweepCarts>());
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        OpenCartEndpoint.Map(routes);
        GetCartEndpoint.Map(routes);
        AddLineEndpoint.Map(routes);
        ChangeLineEndpoint.Map(routes);
        RemoveLineEndpoint.Map(routes);
        MergeCartEndpoint.Map(routes);
        AddCouponEndpoint.Map(routes);
        RemoveCouponEndpoint.Map(routes);
        ChooseShippingEndpoint.Map(routes);
        EstimateShippingEndpoint.Map(routes);
        ManagePromotionsEndpoints.Map(routes);
        ManageTaxRatesEndpoints.Map(routes);
        ManageShippingEndpoints.Map(routes);
        ManageGroupsEndpoints.Map(routes);
        ListStaffChangesEndpoint.Map(routes);
    }

    private static Pricing ToPricing(CartsOptions options) =>
        new(
            options.TaxBasisPoints!.Value,
            options.ShippingMinor!.Value,
            options.PricesIncludeTax,
            options.Country.Length == 0 ? null : options.Country,
            options.Rounding
        );

    // In memory, and behind that in Redis where there is one: processes share what they have read, and none depends on it.
    private static void AddCache(IServiceCollection services, string? redis)
    {
        services.AddHybridCache();
        if (string.IsNullOrEmpty(redis))
            return;
        var options = ConfigurationOptions.Parse(redis);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = options.SyncTimeout = options.AsyncTimeout = 1_000;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        services.AddSingleton<IDistributedCache>(p => new GuardedCache(
            new RedisCache(new RedisCacheOptions { ConfigurationOptions = options }),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<GuardedCache>>()
        ));
    }
}
