using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shop.BuildingBlocks;

namespace Shop.Host.Security;

/// <summary>Who is calling, and what they may do. An endpoint that says nothing is for signed-in people only.</summary>
public static class ShopSecurity
{
    /// <summary>Access tokens and policies.</summary>
    public static IServiceCollection AddShopSecurity(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SigningKeyCache>();
        services.AddHostedService(provider => provider.GetRequiredService<SigningKeyCache>());
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services
            .AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<SigningKeyCache>(
                (options, keys) =>
                {
                    options.MapInboundClaims = false;
                    options.TokenValidationParameters = Rules(keys);
                    options.Events = new JwtBearerEvents { OnMessageReceived = context => LearnKeyAsync(context, keys) };
                }
            );
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Policies.Customer, p => p.RequireRole(Policies.Customer, Policies.Staff, Policies.Admin))
            .AddPolicy(Policies.Staff, p => p.RequireRole(Policies.Staff, Policies.Admin))
            .AddPolicy(Policies.Admin, p => p.RequireRole(Policies.Admin))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }

    /// <summary>Must stand after what serves static files and before the endpoints.</summary>
    public static IApplicationBuilder UseShopSecurity(this IApplicationBuilder app) =>
        app.UseAuthentication().Use(RefuseBadTokenAsync).UseAuthorization();

    // Also where no token is needed: a customer whose token has run out must not go on as a guest, with another cart, unawares.
    private static Task RefuseBadTokenAsync(HttpContext context, RequestDelegate next)
    {
        var isBad = context.Request.Headers.Authorization.Count > 0 && context.User.Identity is not { IsAuthenticated: true };
        return isBad ? AccessAnswers.RefuseTokenAsync(context) : next(context);
    }

    // Keys come from the cache and nowhere else: jku, x5u, x5c and jwk in a token's header are never looked at.
    private static TokenValidationParameters Rules(SigningKeyCache keys) =>
        new()
        {
            ValidTypes = [AccessTokens.Type],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidIssuer = AccessTokens.Issuer,
            ValidAudience = AccessTokens.Audience,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.FromSeconds(30),
            ValidateIssuerSigningKey = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, kid, _) => keys.Find(kid),
            NameClaimType = TokenClaims.Subject,
            RoleClaimType = TokenClaims.Role,
        };

    // The resolver above can't wait; here, before the token is checked, we can.
    private static async Task LearnKeyAsync(MessageReceivedContext context, SigningKeyCache keys)
    {
        const string scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return;
        context.Token = header[scheme.Length..].Trim();
        if (TryReadKeyId(context.Token) is { } kid)
            await keys.EnsureAsync(kid, context.HttpContext.RequestAborted);
    }

    private static string? TryReadKeyId(string token)
    {
        try
        {
            var read = new JsonWebToken(token);
            return read.Alg == SecurityAlgorithms.EcdsaSha256 && read.Kid is { Length: > 0 and <= 100 } kid ? kid : null;
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null; // Whatever it is, the check that follows refuses it.
        }
    }
}
