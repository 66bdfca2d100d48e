using FluentValidation;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shop.BuildingBlocks;
using Shop.Users.Credentials;
using Shop.Users.Data;
using Shop.Users.Domain;
using Shop.Users.Features;

namespace Shop.Users;

/// <summary>The Users module.</summary>
public sealed class UsersModule : IModule
{
    /// <summary>The PostgreSQL schema that only this module reads and writes.</summary>
    public const string Schema = "users";

    /// <summary>True for what access tokens can be signed with: a PEM encoded private key on P-256.</summary>
    public static bool IsSigningKey(string pem) => SigningKeyRing.Takes(pem);

    /// <inheritdoc />
    public string Name => "Users";

    /// <inheritdoc />
    public IReadOnlyList<string> DependsOn => [];

    /// <inheritdoc />
    public IReadOnlyList<string> RoutePrefixes => ["/api/v1/users", "/.well-known/jwks.json"];

    /// <inheritdoc />
    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDbContext<UsersDbContext>(Schema);
        services.AddValidatorsFromAssemblyContaining<UsersModule>(ServiceLifetime.Singleton);
        services.AddOptions<UsersOptions>().BindConfiguration(UsersOptions.Section);
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<AccessTokenIssuer>();
        services.AddSingleton<PasswordHashing>();
        services.AddScoped<SessionStore>();
        services.AddScoped<SignInThrottle>();
        services.AddHostedService<CreateFirstAdmin>();
        services.AddHostedService<ForgetOldSessions>();
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        GetSigningKeysEndpoint.Map(routes);
        RegisterUserEndpoint.Map(routes);
        SignInEndpoint.Map(routes);
        RefreshSessionEndpoint.Map(routes);
        SignOutEndpoint.Map(routes);
        GetMeEndpoint.Map(routes);
        ChangeRoleEndpoint.Map(routes);
    }
}
