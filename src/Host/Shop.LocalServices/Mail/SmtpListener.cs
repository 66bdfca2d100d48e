using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Shop.LocalServices.Web;

namespace Shop.LocalServices.Mail;

/// <summary>Takes mail on loopback, from many clients at once.</summary>
internal sealed class SmtpListener : IAsyncDisposable
{
    private const int MostConnections = 200;
    private const int MostBytes = 10 * 1024 * 1024;

    private readonly TcpListener _listener;
    private readonly MailStore _store;
    private readonly SemaphoreSlim _free = new(MostConnections);
    private readonly ConcurrentDictionary<Task, bool> _sessions = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public SmtpListener(int preferredPort, MailStore store)
    {
        _store = store;
        _listener = new(IPAddress.Loopback, LoopbackApp.FreePort(preferredPort));
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_sessions.Keys);
        _stop.Dispose();
        _free.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(_stop.Token);
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var session = Task.Run(() => ServeAsync(client));
                _sessions[session] = true;
                _ = session.ContinueWith(ended => _sessions.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                client.NoDelay = true;
                await new SmtpSession(client.GetStream(), _store, MostBytes).RunAsync(_stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            // The client went away, was silent too long, or sent nonsense; the others don't care.
        }
        finally
        {
            _free.Release();
        }
    }
}
