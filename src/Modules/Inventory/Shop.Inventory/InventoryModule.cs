using FluentValidation;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;
using Shop.Inventory.Features;

namespace Shop.Inventory;

/// <summary>What is in stock, what of it is promised, and how it came to be so.</summary>
public sealed class InventoryModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "inventory";

    /// <inheritdoc />
    public string Name => "Inventory";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => [];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<InventoryDbContext>(Schema);
        services.AddValidatorsFromAssemblyContaining<InventoryModule>();
        services.AddSingleton<HoldCoalescer>();
        services.AddHostedService<HoldSweeper>();
        services.AddHostedService<DriftWatch>();
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        ListLevelsEndpoint.Map(routes);
        GetLevelEndpoint.Map(routes);
        AdjustStockEndpoint.Map(routes);
        ListAdjustmentsEndpoint.Map(routes);
        MoveStockEndpoint.Map(routes);
        SetStockPolicyEndpoint.Map(routes);
        ListLocationsEndpoint.Map(routes);
        CreateLocationEndpoint.Map(routes);
        UpdateLocationEndpoint.Map(routes);
        ListChangesEndpoint.Map(routes);
        CheckDriftEndpoint.Map(routes);
    }
}
