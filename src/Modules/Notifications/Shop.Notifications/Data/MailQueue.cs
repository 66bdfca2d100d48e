using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Shop.Notifications.Domain;

namespace Shop.Notifications.Data;

/// <summary>
/// The queue's moves, each one statement: who may send a mail, and when, is decided by the database under its own clock, so that any number
/// of hosts can work on one queue.
/// </summary>
internal static class MailQueue
{
    /// <summary>Longer than an attempt can take; after it, the attempt's process counts as dead.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>A mail that couldn't be sent for this long is no news any more.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    // The message that follows sends it at once; the sweep, should the message be late.
    private static readonly TimeSpan Headstart = TimeSpan.FromSeconds(5);

    /// <summary>Queues a mail, in the caller's transaction; null when there is one of this kind about this subject already.</summary>
    public static async Task<Guid?> AddAsync<TContent>(
        this NotificationsDbContext db,
        string kind,
        Guid subjectId,
        string recipient,
        TContent content,
        CancellationToken cancellationToken
    )
    {
        var id = Guid.CreateVersion7();
        var json = JsonSerializer.Serialize(content, JsonSerializerOptions.Web);
        var added = await db.Database.ExecuteSqlAsync(
            $"""
            insert into notifications.notifications
                (id, kind, subject_id, recipient, content, status, attempts, unconfirmed, created_at, next_attempt_at)
            values ({id}, {kind}, {subjectId}, {recipient}, {json}::jsonb, 'queued', 0, 0, now(), now() + {Headstart})
            on conflict (kind, subject_id) do nothing
            """,
            cancellationToken
        );
        return added == 1 ? id : null;
    }

    /// <summary>Takes this mail for one attempt; null when another has it, it is sent, or it isn't due.</summary>
    public static Task<Notification?> ClaimAsync(this NotificationsDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.FirstAsync(
            $"""
            update notifications.notifications
            set attempts = attempts + 1, unconfirmed = unconfirmed + (status = 'sending')::int, status = 'sending', next_attempt_at = now() + {Lease}
            where id = {id} and status in ('queued', 'sending') and unconfirmed + (status = 'sending')::int < 2
                and (next_attempt_at <= now() or attempts = 0)
            returning *
            """,
            cancellationToken
        );

    /// <summary>Takes the mail that is due the longest; null when none is.</summary>
    public static Task<Notification?> ClaimNextAsync(this NotificationsDbContext db, CancellationToken cancellationToken) =>
        db.FirstAsync(
            $"""
            update notifications.notifications
            set attempts = attempts + 1, unconfirmed = unconfirmed + (status = 'sending')::int, status = 'sending', next_attempt_at = now() + {Lease}
            where id = (
                select id from notifications.notifications
                where status in ('queued', 'sending') and next_attempt_at <= now() and unconfirmed + (status = 'sending')::int < 2
                order by next_attempt_at limit 1 for update skip locked
            )
            returning *
            """,
            cancellationToken
        );

    /// <summary>The server took it.</summary>
    public static Task MarkSentAsync(this NotificationsDbContext db, Notification mail, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update notifications.notifications set status = 'sent', sent_at = now(), last_error_code = null
            where id = {mail.Id} and status = 'sending' and attempts = {mail.Attempts}
            """,
            cancellationToken
        );

    /// <summary>The attempt failed: back into the queue, or to the end when trying again would be of no use or send a third copy.</summary>
    public static Task MarkNotSentAsync(
        this NotificationsDbContext db,
        Notification mail,
        string errorCode,
        bool forGood,
        bool perhapsSent,
        TimeSpan delay,
        CancellationToken cancellationToken
    )
    {
        var doubt = perhapsSent ? 1 : 0;
        return db.Database.ExecuteSqlAsync(
            $"""
            update notifications.notifications
            set status = case when {forGood} or unconfirmed + {doubt} >= 2 or created_at < now() - {GiveUpAfter} then 'failed' else 'queued' end,
                unconfirmed = unconfirmed + {doubt}, last_error_code = {errorCode}, next_attempt_at = now() + {delay}
            where id = {mail.Id} and status = 'sending' and attempts = {mail.Attempts}
            """,
            cancellationToken
        );
    }

    /// <summary>Ends mails whose process died under them twice: each time the server may have taken it.</summary>
    public static Task EndDoubtfulAsync(this NotificationsDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update notifications.notifications
            set status = 'failed', unconfirmed = unconfirmed + 1, last_error_code = 'outcome_unknown'
            where status = 'sending' and next_attempt_at <= now() and unconfirmed >= 1
            """,
            cancellationToken
        );

    private static async Task<Notification?> FirstAsync(
        this NotificationsDbContext db,
        FormattableString update,
        CancellationToken cancellationToken
    ) => (await db.Notifications.FromSql(update).AsNoTracking().ToListAsync(cancellationToken)).SingleOrDefault();
}
