using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Notifications.Data;

namespace Shop.Notifications;

/// <summary>The Notifications module.</summary>
public sealed class NotificationsModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "notifications";

    /// <inheritdoc />
    public string Name => "Notifications";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => ["Checkout", "Orders"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<NotificationsDbContext>(Schema);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) { }
}
