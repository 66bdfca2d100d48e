using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.Checkout.Data;
using Shop.Checkout.Domain;
using Shop.Checkout.Saga;

namespace Shop.Checkout.Features;

/// <summary>Follows a purchase as it moves, in whatever process it does.</summary>
public sealed class CheckoutWatcher(
    CheckoutDbContext db,
    CheckoutSignals signals,
    IOptions<CheckoutOptions> options,
    TimeProvider clock,
    ILogger<CheckoutWatcher> logger
)
{
    /// <summary>The purchase as it is; null when there is none.</summary>
    public Task<CheckoutState?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        db.Checkouts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);

    /// <summary>The purchase as soon as there is something to tell the shopper, or as it is when the patience ends.</summary>
    public async Task<CheckoutState> AnswerAsync(CheckoutState last, CheckoutSignals.Listener listener, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + TimeSpan.FromMilliseconds(options.Value.AnswerMilliseconds);
        await foreach (var state in ChangesAsync(last, listener, until, TimeSpan.MaxValue, cancellationToken))
        {
            last = state ?? last;
            if (last.IsOver || last.Step is CheckoutStep.PaymentPending or CheckoutStep.NeedsAttention)
                break;
        }
        return last;
    }

    /// <summary>
    /// First the state as given, then each later one once, until the purchase is over or the time is up; null after each
    /// <paramref name="silence"/> without news.
    /// </summary>
    public async IAsyncEnumerable<CheckoutState?> ChangesAsync(
        CheckoutState last,
        CheckoutSignals.Listener listener,
        DateTimeOffset until,
        TimeSpan silence,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var poll = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        var told = clock.GetUtcNow();
        yield return last;
        for (var now = told; !last.IsOver && now < until; now = clock.GetUtcNow())
        {
            var rest = until - now;
            var next =
                await listener.NextAsync(rest < poll ? rest : poll, cancellationToken) ?? await LookAsync(last.Id, cancellationToken);
            if (next is not null && next.Version > last.Version && next.Step != last.Step)
            {
                told = clock.GetUtcNow();
                yield return last = next;
            }
            else if (clock.GetUtcNow() - told >= silence)
            {
                told = clock.GetUtcNow();
                yield return null;
            }
        }
    }

    // The purchase goes on whether or not its row can be read just now, so whoever waits for it goes on waiting.
    private async Task<CheckoutState?> LookAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(id, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(e, "Checkout {CheckoutId} could not be looked at", id);
            return null;
        }
    }

    /// <summary>Hears of every move from now on.</summary>
    public CheckoutSignals.Listener Listen(Guid id) => signals.Listen(id);
}
