using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Search.Data;
using Shop.Search.Features;
using Shop.Search.Rebuilds;

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
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<SearchDbContext>(Schema, plansOnce: true);
        services
            .AddOptions<SearchOptions>()
            .BindConfiguration(SearchOptions.Section)
            .Validate(o => o.IsComplete(), $"Set Search__Language to one of {string.Join(", ", SearchOptions.Languages)}.")
            .ValidateOnStart();
        services.AddSingleton<SearchGate>().AddSingleton<FacetCounts>();
        services.AddSingleton<SuggestionGate>();
        services.AddSingleton(p => new KeptAnswers<IReadOnlyList<Suggestion>>(
            SuggestTitlesEndpoint.MaxKept,
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<RebuildBook>();
        services.AddSingleton<RebuildWorker>().AddHostedService(p => p.GetRequiredService<RebuildWorker>());
        services.AddSingleton<MissedSearches>().AddHostedService(p => p.GetRequiredService<MissedSearches>());
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var search = routes.MapGroup("/api/v1/search").WithTags(Name);
        SearchProductsEndpoint.Map(search);
        SuggestTitlesEndpoint.Map(search);
        RebuildIndexEndpoint.Map(search);
        ListMissedSearchesEndpoint.Map(search);
    }
}
