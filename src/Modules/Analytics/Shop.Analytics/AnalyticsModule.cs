using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.Analytics.Data;
using Shop.Analytics.Features;
using Shop.BuildingBlocks;

namespace Shop.Analytics;

/// <summary>The Analytics module.</summary>
public sealed class AnalyticsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "analytics";

    /// <inheritdoc />
    public string Name => "Analytics";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Carts", "Checkout", "Orders"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<AnalyticsDbContext>(Schema);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        GetSalesEndpoint.Map(routes);
        GetFunnelEndpoint.Map(routes);
    }
}
