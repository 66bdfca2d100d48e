using System.Net;
using System.Net.Sockets;

namespace Shop.TestKit;

/// <summary>A computer of one's own: on Linux every address of 127.0.0.0/8 is this machine's, so people can have different ones.</summary>
public static class Elsewhere
{
    /// <summary>Connections that come from a loopback address.</summary>
    public static SocketsHttpHandler From(IPAddress address) =>
        new() { ConnectCallback = (to, cancellationToken) => ConnectAsync(address, to.DnsEndPoint, cancellationToken) };

    private static async ValueTask<Stream> ConnectAsync(IPAddress address, DnsEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(to, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
