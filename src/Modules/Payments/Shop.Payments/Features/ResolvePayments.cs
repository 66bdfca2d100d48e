using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Shop.Payments.Features;

/// <summary>
/// Goes on with payments whose outcome is not known or which have something left to do. Runs in every host; a claim with SKIP LOCKED
/// keeps two from looking at the same one.
/// <para>
/// Why a timer in the row and not a scheduled message: the row is the record of what is unsettled, so nothing can be lost beside it. A
/// scheduled message can end among the dead letters, and then a payment stays unknown until somebody replays it; it also costs a row and a
/// delete per look, where this costs one index look-up a second per host, and nothing at all for payments that went well.
/// </para>
/// </summary>
internal sealed class PaymentResolver(PaymentDesk desk, TimeProvider clock, ILogger<PaymentResolver> logger) : BackgroundService
{
    private const int Batch = 16;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await SweepAsync(stoppingToken) == Batch) { }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogWarning(e, "Unsettled payments could not be looked at; the next look is in {Interval}", Interval);
            }
        }
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var due = await desk.ClaimDueAsync(Batch, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(due, options, async (id, token) => await ResolveAsync(id, token));
        return due.Count;
    }

    private async Task ResolveAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await desk.ResolveAsync(id, cancellationToken);
        }
        // The claim runs out, and the next look comes to the same payment again.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning(e, "Payment {PaymentId} could not be resolved this time", id);
        }
    }
}
