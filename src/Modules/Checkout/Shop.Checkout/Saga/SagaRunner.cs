using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.Checkout.Data;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Saga;

/// <summary>Carries out what <see cref="CheckoutSaga"/> decides: one row read, one row written, messages in the same transaction.</summary>
public sealed class SagaRunner(IOptions<CheckoutOptions> options, TimeProvider clock, CheckoutSignals signals, ILogger<SagaRunner> logger)
{
    private static readonly Counter<long> Transitions = Telemetry.Meter.CreateCounter<long>(
        "shop.checkout.transitions",
        description: "Purchases that entered a state."
    );
    private static readonly Histogram<double> Duration = Telemetry.Meter.CreateHistogram<double>(
        "shop.checkout.duration",
        unit: "s",
        description: "From the start of a purchase to its end."
    );

    /// <summary>Writes a new purchase down; the caller saves.</summary>
    /// <returns>What to send in the same transaction.</returns>
    public object[] Start(CheckoutDbContext db, CheckoutState purchase)
    {
        var (first, messages) = CheckoutSaga.Start(purchase, options.Value, clock.GetUtcNow());
        db.Checkouts.Add(first);
        Announce(db, first);
        return [.. messages];
    }

    /// <summary>Lets a participant's answer take effect. An answer to no purchase of ours is ignored.</summary>
    /// <returns>What to send in the same transaction.</returns>
    public async Task<object[]> TakeAsync(CheckoutDbContext db, Guid checkoutId, object input, CancellationToken cancellationToken)
    {
        var row = await db.LockAsync(checkoutId, cancellationToken);
        if (row is not null)
            return Take(db, row, input);
        logger.LogDebug("{Input} for {CheckoutId}, which is no checkout", input.GetType().Name, checkoutId);
        return [];
    }

    /// <summary>Lets an input take effect on a loaded row; the caller saves.</summary>
    /// <returns>What to send in the same transaction.</returns>
    public object[] Take(CheckoutDbContext db, CheckoutState row, object input)
    {
        var now = clock.GetUtcNow();
        // The row changes in place below, so what it was is kept aside.
        var (before, version) = (row.Step, row.Version);
        var (next, messages) = CheckoutSaga.Decide(row, input, options.Value, now);
        if (ReferenceEquals(next, row))
            return [.. messages];
        next = next with { Version = version + 1, UpdatedAt = now };
        db.Entry(row).CurrentValues.SetValues(next);
        if (next.Step != before)
            Announce(db, next);
        return [.. messages];
    }

    private void Announce(CheckoutDbContext db, CheckoutState next) =>
        db.AfterCommit(() =>
        {
            var state = new TagList { { "state", next.Step.Name() } };
            Transitions.Add(1, state);
            if (next.IsOver)
                Duration.Record((next.UpdatedAt - next.CreatedAt).TotalSeconds, state);
            if (next.Step is CheckoutStep.NeedsAttention)
                logger.LogWarning("Checkout {CheckoutId} is stuck at {Step}", next.Id, next.StuckAt!.Value.Name());
            signals.Raise(next);
        });
}
