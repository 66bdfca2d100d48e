using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Shop.BuildingBlocks;

/// <summary>Figures read from a database every five seconds, whoever scrapes; while it can't be read, what was read last.</summary>
/// <param name="name">Of the figures, for the log.</param>
/// <param name="clock">Says when five seconds are over.</param>
/// <param name="log">Gets the reasons why they can't be read.</param>
public abstract class DatabaseGauges(string name, TimeProvider clock, ILogger log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Shows the figures; ends with the host.</summary>
    protected Meter Meter { get; } = new(Telemetry.Name);

    /// <inheritdoc />
    public override void Dispose()
    {
        Meter.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads them anew.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do await TryReadAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("{Gauge} can't be read: {Reason}", name, (e as PostgresException)?.SqlState ?? e.GetType().Name);
        }
    }
}
