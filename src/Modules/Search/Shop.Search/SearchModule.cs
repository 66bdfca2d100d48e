using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Search.Data;
using Shop.Search.Features;

namespace Shop.Search;

/// <summary>The Search module.</summary>
public sealed class SearchModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "search";

    /// <inheritdoc />
    public string Name => "Search";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Inventory", "Orders", "Products"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<SearchDbContext>(Schema).AddSingleton<SearchGate>();

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var search = routes.MapGroup("/api/v1/search").WithTags(Name);
        SearchProductsEndpoint.Map(search);
        SuggestTitlesEndpoint.Map(search);
    }
}
