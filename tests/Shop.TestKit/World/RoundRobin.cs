namespace Shop.TestKit.World;

/// <summary>A load balancer in front of copies of the shop: each request goes to the next, and past one that takes no connection.</summary>
/// <param name="ports">Ports of the copies on loopback.</param>
public sealed class RoundRobin(IReadOnlyList<int> ports) : DelegatingHandler(new SocketsHttpHandler { MaxConnectionsPerServer = 512 })
{
    private int _turn;

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var port = ports[(int)((uint)Interlocked.Increment(ref _turn) % ports.Count)];
            request.RequestUri = new UriBuilder(request.RequestUri!) { Port = port }.Uri;
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && tries < ports.Count)
            {
                // Nothing was sent.
            }
        }
    }
}
