using System.Net;
using System.Net.Sockets;

namespace Shop.LocalServices.Web;

/// <summary>Ports on loopback.</summary>
public static class LoopbackPort
{
    /// <summary>True when nobody holds the port. Only binds: who listened, even for a moment, would reset somebody's connection.</summary>
    public static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
