using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.ArchitectureTests.Model;

namespace Shop.ArchitectureTests.Walls;

/// <summary>Wall 15: every endpoint is named, tagged and described, and says who may call it; whoever may call without signing in is listed.</summary>
public sealed class Wall15Endpoints(ShopFixture shop)
{
    private const string ListFile = "AnonymousEndpoints.txt";

    [Fact]
    public void Every_endpoint_of_a_module_is_named_tagged_and_described()
    {
        var endpoints = MappedEndpoint.Of(shop.Services).Where(e => e.Module.Length > 0).ToArray();
        endpoints.SelectMany(Undescribed).Concat(Twins(endpoints)).ShouldBeNone(endpoints.Length);
    }

    [Fact]
    public void Every_endpoint_says_who_may_call_it()
    {
        var endpoints = MappedEndpoint.Of(shop.Services);
        Unguarded(endpoints, Repo.List(ListFile)).ShouldBeNone(endpoints.Count);
    }

    [Fact]
    public void Planted_endpoints_are_caught()
    {
        var endpoints = Planted(app =>
        {
            Beta.Code.PlantedEndpoints.Map(app);
            return app;
        });
        var found = endpoints.SelectMany(Undescribed).ToArray();
        found.ShouldCatch("/api/v1/beta/nameless", "no name");
        found.ShouldCatch("/api/v1/beta/nameless", "no tag Beta");
        found.ShouldCatch("/api/v1/beta/nameless", "no summary");
        found.ShouldCatch("/api/v1/beta/wrong-name", "Alpha.DoThings");
        found.ShouldCatch("/api/v2/gamma", "outside of /api/v1/beta");
        found.ShouldCatch("/api/v1/beta/untyped", "IResult");
        found.ShouldSpare("/api/v1/beta/good");
    }

    [Fact]
    public void Planted_open_doors_are_caught()
    {
        var endpoints = Planted(app =>
        {
            Beta.Code.PlantedEndpoints.Map(app);
            return app;
        });
        var list = ListEntry.Parse(["Beta.Gone # left", "Beta.ListedOpen # a page for everybody", "Beta.Good"]);
        var found = Unguarded(endpoints, list).ToArray();
        found.ShouldCatch("/api/v1/beta/open", "without signing in");
        found.ShouldCatch("/api/v1/beta/untold", "says nothing");
        found.ShouldCatch(ListFile, "Beta.Gone");
        found.ShouldCatch(ListFile, "Beta.Good");
        found.ShouldSpare("/api/v1/beta/good");
        found.ShouldSpare("/api/v1/beta/listed-open");
    }

    private static IReadOnlyList<MappedEndpoint> Planted(Func<WebApplication, IEndpointRouteBuilder> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthorization();
        IEndpointRouteBuilder routes = map(builder.Build());
        return [.. routes.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Select(e => new MappedEndpoint(e))];
    }

    private static IEnumerable<Violation> Undescribed(MappedEndpoint endpoint)
    {
        var module = endpoint.Module;
        if (endpoint.Name is null)
            yield return new(endpoint.ToString(), "has no name", $".WithName(\"{module}.DoSomething\")");
        else if (!endpoint.Name.StartsWith(module + ".", StringComparison.Ordinal) || !char.IsUpper(endpoint.Name[module.Length + 1]))
            yield return new(endpoint.ToString(), $"is named {endpoint.Name}", $"name it {module}.DoSomething");
        if (!endpoint.Tags.Contains(module))
            yield return new(endpoint.ToString(), $"has no tag {module}", $".WithTags(\"{module}\")");
        if (string.IsNullOrWhiteSpace(endpoint.Summary))
            yield return new(endpoint.ToString(), "has no summary", ".WithSummary(\"What it does, in a sentence.\")");
        var homes = HomesOf(module);
        if (!homes.Any(home => new PathString(endpoint.Route).StartsWithSegments(home)))
            yield return new(
                endpoint.ToString(),
                $"stands outside of {string.Join(" and ", homes)}, where the gateway would not find it",
                "move the route below its module, or name the prefix in RoutePrefixes"
            );
        if (endpoint.ReturnsBareResult)
            yield return new(endpoint.ToString(), "returns IResult, which tells the reader nothing", "return Results<…> of TypedResults");
    }

    private static IReadOnlyList<string> HomesOf(string module) =>
        ShopModule.All.FirstOrDefault(m => m.Name == module)?.Definition.RoutePrefixes ?? [$"/api/v1/{module.ToLowerInvariant()}"];

    private static IEnumerable<Violation> Twins(IEnumerable<MappedEndpoint> endpoints) =>
        endpoints
            .Where(e => e.Name is not null)
            .GroupBy(e => e.Name)
            .Where(g => g.Count() > 1)
            .Select(g => new Violation(string.Join(", ", g), $"share the name {g.Key}", "name each endpoint"));

    private static IEnumerable<Violation> Unguarded(IReadOnlyList<MappedEndpoint> endpoints, IReadOnlyList<ListEntry> list)
    {
        foreach (var endpoint in endpoints.Where(e => list.All(l => l.Name != e.Key)))
            if (endpoint.IsAnonymous)
                yield return new(
                    endpoint.ToString(),
                    "may be called without signing in",
                    $"require a policy, or list {endpoint.Key} in {ListFile} with the reason"
                );
            else if (!endpoint.IsGuarded)
                yield return new(
                    endpoint.ToString(),
                    "says nothing about who may call it",
                    ".RequireAuthorization(Policies.…) or .AllowAnonymous()"
                );
        var open = endpoints.Where(e => e.IsAnonymous || !e.IsGuarded).Select(e => e.Key).ToHashSet();
        foreach (var stale in ListEntry.Stale(list, ListFile, open))
            yield return stale;
    }
}
