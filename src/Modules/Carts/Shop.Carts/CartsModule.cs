using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Carts.Data;

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
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<CartsDbContext>(Schema);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) { }
}
