using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Domain;

namespace Shop.Payments.Data;

/// <summary>How attempts are locked, changed and scheduled. Timers run by the database's clock: hosts need not agree on the time.</summary>
internal static class PaymentRows
{
    /// <summary>Reads an attempt and keeps others from changing it until the transaction ends.</summary>
    public static Task<PaymentAttempt?> LockAsync(this PaymentsDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.Attempts.FromSql($"select * from payments.attempts where id = {id} for update").SingleOrDefaultAsync(cancellationToken);

    /// <summary>Adds the attempt and commits; false when there is one with this id, or another open one for its reference.</summary>
    public static async Task<bool> TryAddAsync(this PaymentsDbContext db, PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        db.Attempts.Add(attempt);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException e) when (e.IsDuplicate())
        {
            db.Entry(attempt).State = EntityState.Detached;
            return false;
        }
    }

    /// <summary>True when a unique index refused the row.</summary>
    public static bool IsDuplicate(this DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>
    /// Takes a locked attempt's report in, if there is one, and sets the resolver's timer by what is still to do. Runs inside the caller's
    /// transaction.
    /// </summary>
    /// <returns>What to publish.</returns>
    public static async Task<IReadOnlyList<IIntegrationEvent>> TakeInAsync(
        this PaymentsDbContext db,
        PaymentAttempt attempt,
        ProviderReport? report,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var previous = attempt.State;
        var reduction = report is null ? Reduction.Nothing : PaymentReducer.Reduce(attempt, report, now);
        if (attempt.State != previous)
            PaymentMetrics.Moved(previous, attempt.State);
        attempt.UpdatedAt = now;
        attempt.Version++;
        attempt.ResolveAfter = null;
        db.Ledger.AddRange(reduction.Postings);
        await db.SaveChangesAsync(cancellationToken);
        if (ResolverTimes.Next(attempt) is { } wait)
            await db.Database.ExecuteSqlAsync(
                $"update payments.attempts set resolve_after = now() + {wait} where id = {attempt.Id}",
                cancellationToken
            );
        return reduction.Events;
    }

    /// <summary>Notes the moment of a call that may still be at work at the provider.</summary>
    public static Task NoteCallAsync(this PaymentsDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"update payments.attempts set called_at = now() where id = {id}", cancellationToken);

    /// <summary>True when the last call without verdict is so long ago that the provider must have finished it.</summary>
    public static Task<bool> CallIsOverAsync(this PaymentsDbContext db, Guid id, TimeSpan delay, CancellationToken cancellationToken) =>
        db
            .Database.SqlQuery<bool>(
                $"select coalesce(called_at + {delay} < now(), false) as \"Value\" from payments.attempts where id = {id}"
            )
            .SingleAsync(cancellationToken);

    /// <summary>
    /// Claims due attempts for a while, so that no other host looks at them at the same time. No transaction outlives the claim: a host
    /// that dies with it only delays the next look.
    /// </summary>
    public static Task<List<Guid>> ClaimDueAsync(this PaymentsDbContext db, int limit, CancellationToken cancellationToken) =>
        db
            .Database.SqlQuery<Guid>(
                $"""
                update payments.attempts
                set resolve_after = now() + interval '30 seconds', resolve_tries = resolve_tries + 1
                where id in (
                  select id from payments.attempts where resolve_after <= now()
                  order by resolve_after limit {limit} for update skip locked
                )
                returning id as "Value"
                """
            )
            .ToListAsync(cancellationToken);
}
