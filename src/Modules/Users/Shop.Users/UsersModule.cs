using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Users.Data;
using Shop.Users.Features;
using Shop.Users.Signing;

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
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<UsersDbContext>(Schema);
        services.AddOptions<UsersOptions>().BindConfiguration(UsersOptions.Section);
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<AccessTokenIssuer>();
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        GetSigningKeysEndpoint.Map(routes);
        GetMeEndpoint.Map(routes);
    }
}
