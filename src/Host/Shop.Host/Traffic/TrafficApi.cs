using System.Globalization;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Shop.BuildingBlocks;
using Shop.Host.Topology;

namespace Shop.Host.Traffic;

/// <summary>Where a module's traffic goes.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="IsMoving">Two deployables hold it; only then can the switch be moved.</param>
/// <param name="Address">Where it moves to, or is; null when it is in the shop's own process alone.</param>
/// <param name="Switch">Where the switch stands, who moved it last and why.</param>
/// <param name="Remote">The calls to the other side in the last seconds; null when none go there.</param>
public sealed record ModuleTraffic(string Module, bool IsMoving, string? Address, TrafficSwitch Switch, RemoteFigures? Remote);

/// <summary>A move of a switch.</summary>
/// <param name="Percent">Share of callers that go to the other side, 0 to 100. Messages follow at 100.</param>
/// <param name="Shadow">Reads answered here are asked there too and compared.</param>
/// <param name="Reason">Why; at most 200 characters.</param>
public sealed record MoveTraffic(int Percent, bool Shadow, string? Reason);

/// <summary>What a move must look like.</summary>
public sealed class MoveTrafficValidator : AbstractValidator<MoveTraffic>
{
    public MoveTrafficValidator()
    {
        RuleFor(m => m.Percent).InclusiveBetween(0, 100);
        RuleFor(m => m.Reason).MaximumLength(200);
    }
}

/// <summary>The switches, for staff to look at and admins to move.</summary>
internal static class TrafficApi
{
    private const string Tag = "Traffic";

    public static void MapTraffic(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/v1/traffic", List)
            .WithName("Traffic.List")
            .WithTags(Tag)
            .WithSummary("Where the traffic of each module goes, and why")
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPut("/api/v1/traffic/{module}", MoveAsync)
            .Validate<MoveTraffic>()
            .WithName("Traffic.Move")
            .WithTags(Tag)
            .WithSummary("Moves the traffic of a module that two deployables hold; in force everywhere within 5 seconds")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Admin);
        routes
            .MapGet("/api/v1/traffic/changes", ChangesAsync)
            .WithName("Traffic.ListChanges")
            .WithTags(Tag)
            .WithSummary("Who moved which switch, when and why, newest first")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet("/api/v1/traffic/differences", DifferencesAsync)
            .WithName("Traffic.ListDifferences")
            .WithTags(Tag)
            .WithSummary("Samples of shadowed reads that the two sides answered differently: which fields, newest first")
            .ProducesProblem(400)
            .RequireAuthorization(Policies.Staff);
    }

    private static Ok<ModuleTraffic[]> List(Placement placement, TrafficSwitches switches, RemoteWatch watch) =>
        TypedResults.Ok(
            placement
                .Modules.Select(m => new ModuleTraffic(
                    m.Name,
                    m.IsMoving,
                    m.Address?.ToString().TrimEnd('/'),
                    switches.Of(m.Name),
                    m is { IsMoving: true, Address: not null } ? watch.Figures(m.Name) : null
                ))
                .ToArray()
        );

    private static async Task<Results<Ok<TrafficSwitch>, ProblemHttpResult>> MoveAsync(
        string module,
        MoveTraffic request,
        Placement placement,
        TrafficSwitches switches,
        TrafficStore store,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var placed = placement.Modules.FirstOrDefault(m => m.Name.Equals(module, StringComparison.OrdinalIgnoreCase));
        if (placed is null)
            return Problems.NotFound("traffic.no_such_module", "There is no such module.");
        if (placed is not { IsHere: true, IsMoving: true })
            return Problems.Conflict(
                "traffic.not_moving",
                $"{placed.Name} is held by one deployable, so there is nothing to move between."
            );
        if (await store.WhyNotAsync(placed.Name, request.Percent, cancellationToken) is { } why)
            return Problems.Conflict("traffic.nobody_there", why);
        var to = TrafficSwitch.Local(placed.Name) with
        {
            Percent = request.Percent,
            Shadow = request.Shadow,
            ChangedBy = $"{http.User.UserId()}",
            Reason = request.Reason,
        };
        await store.MoveAsync(to, onlyFrom: null, cancellationToken);
        await switches.RefreshAsync(cancellationToken);
        return TypedResults.Ok(switches.Of(placed.Name));
    }

    private static async Task<Results<Ok<Page<TrafficChange>>, ProblemHttpResult>> ChangesAsync(
        Placement placement,
        TrafficStore store,
        CancellationToken cancellationToken,
        string? module = null,
        string? cursor = null,
        int? limit = null
    )
    {
        if (!TryBefore(cursor, out var before))
            return InvalidCursor();
        if (!placement.IsSplit)
            return TypedResults.Ok(new Page<TrafficChange>([], null));
        var size = Paging.Limit(limit);
        var changes = await store.ChangesAsync(module, before, size + 1, cancellationToken);
        return TypedResults.Ok(changes.ToPage(size, c => c.Id.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Results<Ok<Page<TrafficDifference>>, ProblemHttpResult>> DifferencesAsync(
        Placement placement,
        TrafficStore store,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        if (!TryBefore(cursor, out var before))
            return InvalidCursor();
        if (!placement.IsSplit)
            return TypedResults.Ok(new Page<TrafficDifference>([], null));
        var size = Paging.Limit(limit);
        var differences = await store.DifferencesAsync(before, size + 1, cancellationToken);
        return TypedResults.Ok(differences.ToPage(size, d => d.Id.ToString(CultureInfo.InvariantCulture)));
    }

    private static bool TryBefore(string? cursor, out long before)
    {
        before = long.MaxValue;
        return cursor is null || (Paging.TryDecode(cursor, out var key) && long.TryParse(key, CultureInfo.InvariantCulture, out before));
    }

    private static ProblemHttpResult InvalidCursor() =>
        Problems.Problem(400, "traffic.invalid_cursor", "Give back a nextCursor as it was received.");
}
