using System.Collections.Concurrent;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Shop.Notifications.Mail;

/// <summary>How an attempt ended.</summary>
/// <param name="Sent">The server took the mail.</param>
/// <param name="ErrorCode">Why not.</param>
/// <param name="ForGood">The server will never take this mail.</param>
/// <param name="PerhapsSent">The line went dead after the mail had begun to travel: nobody knows.</param>
public sealed record MailResult(bool Sent, string? ErrorCode = null, bool ForGood = false, bool PerhapsSent = false);

/// <summary>A few connections to the mail server, kept open between mails. Once it doesn't answer, it is left alone for a moment.</summary>
public sealed class MailServer(IOptions<SmtpOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>Mails that travel at the same time.</summary>
    public const int Connections = 4;

    /// <summary>For the whole attempt, connecting included.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(2);

    private readonly SmtpOptions _options = options.Value;
    private readonly ConcurrentBag<SmtpClient> _idle = [];
    private long _downUntil;

    /// <summary>True for a moment after it didn't answer: an attempt now would only wait in vain.</summary>
    public bool IsDown => clock.GetUtcNow().UtcTicks < Interlocked.Read(ref _downUntil);

    /// <summary>One attempt; whatever goes wrong is an answer, not an exception.</summary>
    public async Task<MailResult> SendAsync(MimeMessage mail)
    {
        using var deadline = new CancellationTokenSource(Deadline, clock);
        SmtpClient? client = null;
        var progress = new Progress();
        try
        {
            client = await ConnectAsync(deadline.Token);
            await client.SendAsync(mail, deadline.Token, progress);
            _idle.Add(client);
            return new(true);
        }
        catch (Exception e) when (e is not ObjectDisposedException)
        {
            client?.Dispose();
            var result = Explain(e, progress.Begun);
            if (client is null)
                Interlocked.Exchange(ref _downUntil, clock.GetUtcNow().Add(LeftAlone).UtcTicks);
            return result;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        while (_idle.TryTake(out var client))
            client.Dispose();
    }

    private async Task<SmtpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryTake(out var idle))
        {
            try
            {
                // The server may have hung up meanwhile; better to learn it before the mail is on its way.
                await idle.NoOpAsync(cancellationToken);
                return idle;
            }
            catch (Exception e)
                when (e is IOException or SocketException or ProtocolException or CommandException or ServiceNotConnectedException)
            {
                idle.Dispose();
            }
            catch
            {
                idle.Dispose();
                throw;
            }
        }
        var client = new SmtpClient();
        try
        {
            await client.ConnectAsync(_options.Host, _options.Port, _options.Tls, cancellationToken);
            if (_options.User is { Length: > 0 } user)
                await client.AuthenticateAsync(user, _options.Password ?? "", cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static MailResult Explain(Exception exception, bool begun) =>
        exception switch
        {
            // The server said no, so it has nothing: a 5xx to the recipient or the mail itself is its last word.
            SmtpCommandException refused => new(
                false,
                $"smtp_{(int)refused.StatusCode}",
                ForGood: (int)refused.StatusCode >= 500
                    && refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted
            ),
            AuthenticationException => new(false, "authentication"),
            SslHandshakeException or NotSupportedException => new(false, "tls"),
            OperationCanceledException or TimeoutException => new(false, "timed_out", PerhapsSent: begun),
            SocketException => new(false, "unreachable", PerhapsSent: begun),
            _ => new(false, "connection_lost", PerhapsSent: begun),
        };

    /// <summary>Learns whether the mail's text has begun to travel; before that, the server can't have taken it.</summary>
    private sealed class Progress : ITransferProgress
    {
        public bool Begun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => Begun = true;

        public void Report(long bytesTransferred) => Begun = true;
    }
}
