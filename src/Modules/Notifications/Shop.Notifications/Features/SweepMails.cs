using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Notifications.Mail;

namespace Shop.Notifications.Features;

/// <summary>Looks every second for mails that are due: those that failed before, and those whose process died under them.</summary>
internal sealed partial class SweepMails(Postman postman, TimeProvider clock, ILogger<SweepMails> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await postman.EndDoubtfulAsync(stoppingToken);
                await Task.WhenAll(Enumerable.Range(0, MailServer.Connections).Select(_ => DrainAsync(stoppingToken)));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host stops.
            }
            catch (Exception e)
            {
                // The database is away or the table is broken; the host goes on, and so does the sweep.
                LogFailed(e.GetType().Name);
            }
        }
    }

    private async Task DrainAsync(CancellationToken stoppingToken)
    {
        while (await postman.DeliverNextAsync(stoppingToken))
            stoppingToken.ThrowIfCancellationRequested();
    }

    [LoggerMessage(LogLevel.Warning, "The sweep for due mails failed: {Reason}")]
    private partial void LogFailed(string reason);
}
