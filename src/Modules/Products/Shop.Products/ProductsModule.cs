using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Products.Data;

namespace Shop.Products;

/// <summary>The Products module.</summary>
public sealed class ProductsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "products";

    /// <inheritdoc />
    public string Name => "Products";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Inventory"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<ProductsDbContext>(Schema);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) { }
}
