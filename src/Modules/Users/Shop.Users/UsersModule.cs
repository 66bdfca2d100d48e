using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Users.Data;

namespace Shop.Users;

/// <summary>The Users module.</summary>
public sealed class UsersModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "users";

    /// <inheritdoc />
    public string Name => "Users";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => [];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddModuleDbContext<UsersDbContext>(Schema);

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes) { }
}
