using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.ArchitectureTests.Model;

/// <summary>A route of the host.</summary>
/// <param name="endpoint">As it was mapped.</param>
public sealed class MappedEndpoint(RouteEndpoint endpoint)
{
    private readonly MethodInfo? _method = endpoint.Metadata.GetMetadata<MethodInfo>();

    /// <summary>All routes of a running host.</summary>
    public static IReadOnlyList<MappedEndpoint> Of(IServiceProvider services) =>
        [
            .. services
                .GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Select(e => new MappedEndpoint(e))
                .OrderBy(e => e.Route, StringComparer.Ordinal)
                .ThenBy(e => e.Verb, StringComparer.Ordinal),
        ];

    /// <summary>The module whose code answers; empty for the host's own routes.</summary>
    public string Module => _method?.DeclaringType is { } type && !IsHost(type) ? Messages.OwnerOf(type) : "";

    /// <summary>The route, with its parameters.</summary>
    public string Route => "/" + endpoint.RoutePattern.RawText?.Trim('/');

    /// <summary>GET, POST, …; empty for any.</summary>
    public string Verb => string.Join(' ', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []);

    /// <summary>Its unique name.</summary>
    public string? Name => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName;

    /// <summary>What the API reference files it under.</summary>
    public IReadOnlyList<string> Tags => endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags ?? [];

    /// <summary>What it does.</summary>
    public string? Summary => endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary;

    /// <summary>The name, or the route of an endpoint without one: how a checked-in list calls it.</summary>
    public string Key => Name ?? Route;

    /// <summary>May be called by anybody.</summary>
    public bool IsAnonymous => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    /// <summary>Names a policy.</summary>
    public bool IsGuarded => endpoint.Metadata.OfType<IAuthorizeData>().Any() || endpoint.Metadata.OfType<AuthorizationPolicy>().Any();

    /// <summary>Who may call it.</summary>
    public string Caller =>
        IsAnonymous
            ? "anybody"
            : string.Join(", ", endpoint.Metadata.OfType<IAuthorizeData>().Select(a => a.Policy ?? "signed in").Distinct());

    /// <summary>Returns <see cref="IResult"/> itself, so that nothing is known of the answers.</summary>
    public bool ReturnsBareResult => _method is not null && Unwrap(_method.ReturnType) == typeof(IResult);

    /// <inheritdoc />
    public override string ToString() => $"{Verb} {Route}".Trim();

    private static bool IsHost(Type type) =>
        Messages.OwnerOf(type) is "Host" or "BuildingBlocks" or "Storefront" or "BackOffice" or "LocalServices";

    private static Type Unwrap(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : type;
}
