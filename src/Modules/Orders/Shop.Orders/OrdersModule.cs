using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Orders.Data;
using Shop.Orders.Features;

namespace Shop.Orders;

/// <summary>What was bought, by whom, for how much, and what has become of it.</summary>
public sealed class OrdersModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "orders";

    /// <inheritdoc />
    public string Name => "Orders";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => [];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<OrdersDbContext>(Schema);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ListOrdersEndpoint.Map(routes);
        GetOrderEndpoint.Map(routes);
        CancelOwnOrderEndpoint.Map(routes);
    }
}
