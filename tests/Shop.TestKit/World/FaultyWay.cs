using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Shop.TestKit.World;

/// <summary>The network between two processes, which can be made slow or broken: a TCP proxy on loopback.</summary>
public sealed class FaultyWay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly ConcurrentDictionary<TcpClient, bool> _callers = [];
    private readonly List<Socket> _nobody = [];

    /// <summary>Begins to listen.</summary>
    /// <param name="target">Port on loopback that it leads to.</param>
    public FaultyWay(int target)
    {
        _target = target;
        Port = ChildProcess.FreePort();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>How long each piece of an answer is held up.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Answers don't arrive: the connection is cut instead.</summary>
    public bool IsBroken { get; set; }

    /// <summary>
    /// From now on it is as if the machine were gone: open connections end, and new ones are neither made nor refused, because what the
    /// operating system accepts on its own is used up.
    /// </summary>
    public void Vanish()
    {
        _listener.Stop();
        foreach (var caller in _callers.Keys)
            caller.Dispose();
        var gone = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _nobody.Add(gone);
        gone.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        gone.Listen(0);
        for (var i = 0; i < 4; i++)
        {
            var taken = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _nobody.Add(taken);
            try
            {
                taken.Connect(IPAddress.Loopback, Port);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // It is being made, or never will be.
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _nobody.ForEach(s => s.Dispose());
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(TcpClient caller)
    {
        _callers[caller] = true;
        using (caller)
        using (var target = new TcpClient())
            try
            {
                await target.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await Task.WhenAny(
                    PumpAsync(caller.GetStream(), target.GetStream(), isAnswer: false),
                    PumpAsync(target.GetStream(), caller.GetStream(), isAnswer: true)
                );
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The target is away: so is the answer.
            }
            finally
            {
                _callers.TryRemove(caller, out _);
            }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (isAnswer && IsBroken)
                    return;
                if (isAnswer && Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, _stop.Token);
                await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One end is gone.
        }
    }
}
