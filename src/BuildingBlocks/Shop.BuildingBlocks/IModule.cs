using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.BuildingBlocks;

/// <summary>A part of the shop with its own schema, its own Contracts and walls around it.</summary>
public interface IModule
{
    /// <summary>Plural noun; also the folder, the namespace and, in lower case, the schema.</summary>
    string Name { get; }

    /// <summary>Modules whose Contracts this one references. The graph over all modules has no cycle.</summary>
    IReadOnlyList<string> DependsOn { get; }

    /// <summary>Everything the module serves lies below one of these; when it runs elsewhere, the gateway forwards them.</summary>
    IReadOnlyList<string> RoutePrefixes => [$"/api/v1/{Name.ToLowerInvariant()}"];

    /// <summary>Registers the DbContext and what the features need. Must not touch the database.</summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);

    /// <summary>Maps the module's routes below <c>/api/v1/&lt;module&gt;</c>.</summary>
    void MapEndpoints(IEndpointRouteBuilder routes);
}
