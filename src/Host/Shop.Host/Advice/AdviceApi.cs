using Microsoft.AspNetCore.Http.HttpResults;
using Shop.BuildingBlocks;

namespace Shop.Host.Advice;

/// <summary>Which modules to move out of the process, for staff.</summary>
internal static class AdviceApi
{
    /// <summary>Where a running shop answers.</summary>
    public const string Path = "/api/v1/advice";

    public static void AddAdvice(this IServiceCollection services)
    {
        services.AddOptions<AdviceOptions>().BindConfiguration(AdviceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RequestMeter>().AddSingleton<AdviceDatabase>().AddSingleton<AdviceDesk>();
        services.AddHostedService(provider => provider.GetRequiredService<RequestMeter>());
    }

    public static void MapAdvice(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet(Path, GetAsync)
            .WithName("Advice.Get")
            .WithTags("Advice")
            .WithSummary("Which modules to move out of the shop's process, if any, and the figures that say so")
            .RequireAuthorization(Policies.Staff);

    private static async Task<Ok<ShopAdvice>> GetAsync(AdviceDesk desk, EndpointDataSource routes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.AdviseAsync(routes.Endpoints, cancellationToken));
}
