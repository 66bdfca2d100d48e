using FluentValidation;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;
using Shop.Carts.Features;

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
                "Set Carts__Currency (such as EUR), Carts__TaxBasisPoints (such as 1900) and Carts__ShippingMinor."
            )
            .ValidateOnStart();
        services.AddSingleton(p => ToPricing(p.GetRequiredService<IOptions<CartsOptions>>().Value));
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
    }

    private static Pricing ToPricing(CartsOptions options) => new(options.TaxBasisPoints!.Value, options.ShippingMinor!.Value);
}
