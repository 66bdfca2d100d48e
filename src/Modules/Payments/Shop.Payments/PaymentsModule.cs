using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Payments.Data;

namespace Shop.Payments;

/// <summary>The Payments module.</summary>
public sealed class PaymentsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "payments";

    /// <inheritdoc />
    public string Name => "Payments";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => [];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<PaymentsDbContext>(Schema);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) { }
}
