using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Shop.BuildingBlocks;
using Shop.Notifications.Data;
using Shop.Notifications.Domain;

namespace Shop.Notifications.Mail;

/// <summary>
/// Takes a mail from the queue, sends it, and writes down what came of it. No transaction is open while the mail travels; a place is waited
/// for before the mail is taken, so that its lease covers the attempt and nothing else.
/// </summary>
public sealed partial class Postman(
    IDbContextFactory<NotificationsDbContext> contexts,
    MailServer server,
    MailWriter writer,
    ILogger<Postman> log
) : IDisposable
{
    private static readonly Counter<long> Mails = Telemetry.Meter.CreateCounter<long>(
        "shop.notifications.mails",
        "{mail}",
        "Attempts to send a mail, by outcome."
    );

    private readonly SemaphoreSlim _places = new(MailServer.Connections);

    /// <summary>Sends this mail unless it is sent, being sent, or not due.</summary>
    public Task DeliverAsync(Guid notificationId, CancellationToken cancellationToken) =>
        DeliverAsync(db => db.ClaimAsync(notificationId, cancellationToken), cancellationToken);

    /// <summary>Sends the mail that is due the longest; false when there is none, or no server to take it.</summary>
    public Task<bool> DeliverNextAsync(CancellationToken cancellationToken) =>
        DeliverAsync(db => db.ClaimNextAsync(cancellationToken), cancellationToken);

    /// <summary>Ends mails that may have been sent twice already.</summary>
    public async Task EndDoubtfulAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await db.EndDoubtfulAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private async Task<bool> DeliverAsync(Func<NotificationsDbContext, Task<Notification?>> claim, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            if (server.IsDown)
                return false;
            await using var db = contexts.CreateDbContext();
            if (await claim(db) is not { } mail)
                return false;
            // From here on it is brought to its end: a stop of the host doesn't leave the outcome unknown.
            FaultPoint.Hit("notifications.send-mail:before-call");
            var result = await SendAsync(mail);
            FaultPoint.Hit("notifications.send-mail:after-call");
            await RecordAsync(db, mail, result);
            return true;
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<MailResult> SendAsync(Notification mail)
    {
        try
        {
            return await server.SendAsync(await writer.WriteAsync(mail));
        }
        catch (MimeKit.ParseException)
        {
            return new(false, "no_address", ForGood: true);
        }
        catch (Exception e)
        {
            // A template's fault: a later build may do better, so the mail stays in the queue.
            LogNotWritten(mail.Id, e);
            return new(false, "not_written");
        }
    }

    private async Task RecordAsync(NotificationsDbContext db, Notification mail, MailResult result)
    {
        Mails.Add(1, new KeyValuePair<string, object?>("outcome", result.ErrorCode ?? "sent"));
        if (result.Sent)
        {
            await db.MarkSentAsync(mail, CancellationToken.None);
            return;
        }
        LogNotSent(mail.Id, mail.Attempts, result.ErrorCode!);
        var delay = Backoff.After(mail.Attempts, Random.Shared.NextDouble());
        await db.MarkNotSentAsync(mail, result.ErrorCode!, result.ForGood, result.PerhapsSent, delay, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Warning, "Mail {NotificationId} was not sent at attempt {Attempt}: {ErrorCode}")]
    private partial void LogNotSent(Guid notificationId, int attempt, string errorCode);

    [LoggerMessage(LogLevel.Error, "Mail {NotificationId} could not be written")]
    private partial void LogNotWritten(Guid notificationId, Exception exception);
}
