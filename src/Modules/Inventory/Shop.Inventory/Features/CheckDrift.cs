using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks;
using Shop.Inventory.Data;

namespace Shop.Inventory.Features;

/// <summary>Levels that are not what the ledger, the reservations and the locations add up to.</summary>
/// <param name="Found">How many.</param>
/// <param name="Drifts">The first hundred.</param>
public sealed record DriftReport(int Found, IReadOnlyList<DriftRow> Drifts);

internal static class CheckDriftEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/inventory/drift-checks", CheckAsync)
            .WithName("Inventory.CheckDrift")
            .WithTags("Inventory")
            .WithSummary("Compare all levels with the ledger, the reservations and the locations, one request at a time; changes nothing")
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<DriftReport>, ProblemHttpResult>> CheckAsync(
        InventoryDbContext db,
        CancellationToken cancellationToken
    ) =>
        await db.FindDriftAsync(Paging.MaxLimit, TimeSpan.FromSeconds(20), cancellationToken) is { } drift
            ? TypedResults.Ok(new DriftReport(drift.Found, drift.First))
            : Problems.Conflict("inventory.drift_check_running", "Somebody is comparing them already.");
}

/// <summary>Compares levels with their sums soon after the start and then once an hour; says what it finds in the log and in a gauge.</summary>
internal sealed partial class DriftWatch : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private const int Logged = 10;

    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private readonly ILogger<DriftWatch> _logger;
    private readonly Meter _meter = new(Telemetry.Name);
    private int? _found;

    public DriftWatch(IServiceScopeFactory scopes, TimeProvider clock, ILogger<DriftWatch> logger)
    {
        (_scopes, _clock, _logger) = (scopes, clock, logger);
        // Nothing is said before the first look: not knowing is not none.
        _meter.CreateObservableGauge(
            "shop.inventory.drift",
            () => _found is { } found ? [new Measurement<int>(found)] : Array.Empty<Measurement<int>>(),
            description: "Levels that differ from their sums."
        );
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(FirstPause, _clock, stoppingToken);
        using var timer = new PeriodicTimer(Pause, _clock);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(_logger, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<InventoryDbContext>();
        var drift = await db.FindDriftAsync(Logged, TimeSpan.FromMinutes(2), cancellationToken);
        // Another host or a member of staff is looking: that one says what it finds, and what this one found before is old.
        _found = drift?.Found;
        foreach (var row in drift?.First ?? [])
            LogDrift(_logger, row);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Stock has drifted: {Drift}")]
    private static partial void LogDrift(ILogger logger, DriftRow drift);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The check for drift failed; the next one tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
