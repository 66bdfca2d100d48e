using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Shop.Notifications.Tests;

/// <summary>
/// An SMTP server on loopback. How it treats a recipient follows from the address: <c>refused-…</c> is unknown, <c>busy-…</c> is turned away
/// the first time, <c>lost-…</c> is taken and never acknowledged, <c>doubtful-…</c> is so the first time only.
/// </summary>
public sealed class ScriptedMailServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<MimeMessage>> _inboxes = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly ConcurrentDictionary<TcpClient, Task> _connections = new();
    private TcpListener? _listener;

    /// <summary>Listens at once, on a free port.</summary>
    public ScriptedMailServer()
    {
        Start(0);
        Port = ((IPEndPoint)_listener!.LocalEndpoint).Port;
    }

    /// <summary>Where it listens, also after a stop.</summary>
    public int Port { get; }

    /// <summary>Mails of a recipient in order of arrival.</summary>
    public IReadOnlyList<MimeMessage> To(string address) => _inboxes.TryGetValue(address, out var mails) ? [.. mails] : [];

    /// <summary>Listens again on the port it had.</summary>
    public void Start() => Start(Port);

    /// <summary>Hangs up and refuses further connections.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        await Task.WhenAll(_connections.Values);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

    private void Start(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _connections[client] = TalkAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        await Task.Yield();
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 scripted");
            var recipient = "";
            while (await reader.ReadLineAsync() is { } command)
            {
                var verb = command.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "DATA")
                {
                    await writer.WriteLineAsync("354 go on");
                    var mail = await ReadMailAsync(reader);
                    _inboxes.GetOrAdd(recipient, _ => []).Enqueue(mail);
                    if (IsNeverAcknowledged(recipient))
                        return;
                }
                if (verb == "RCPT")
                    recipient = command[(command.IndexOf('<') + 1)..command.IndexOf('>')];
                await writer.WriteLineAsync(
                    verb == "RCPT" ? AnswerTo(recipient)
                    : verb == "QUIT" ? "221 bye"
                    : "250 ok"
                );
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Hung up.
        }
        finally
        {
            client.Dispose();
        }
    }

    private string AnswerTo(string recipient)
    {
        var asked = _asked.AddOrUpdate(recipient, 1, (_, n) => n + 1);
        if (recipient.StartsWith("refused-", StringComparison.Ordinal))
            return "550 no such user";
        return asked == 1 && recipient.StartsWith("busy-", StringComparison.Ordinal) ? "451 come back later" : "250 ok";
    }

    private bool IsNeverAcknowledged(string recipient) =>
        recipient.StartsWith("lost-", StringComparison.Ordinal)
        || recipient.StartsWith("doubtful-", StringComparison.Ordinal) && _asked[recipient] == 1;

    private static async Task<MimeMessage> ReadMailAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(text.ToString())));
    }
}
