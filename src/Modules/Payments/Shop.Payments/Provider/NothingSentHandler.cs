using System.Net;

namespace Shop.Payments.Provider;

/// <summary>The call failed before a byte of it was sent: proof that the provider did nothing.</summary>
internal sealed class NothingSentException(Exception cause) : Exception("Nothing was sent to the payment provider.", cause);

/// <summary>
/// Tells calls that never left from calls that may have arrived. The body is written only once there is a connection, so as long as
/// nobody asked for the body, over all retries, the provider can't have seen the call: refused, no such host, breaker open, no room.
/// </summary>
internal sealed class NothingSentHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null)
            return await base.SendAsync(request, cancellationToken);
        var watched = new WatchedContent(request.Content);
        request.Content = watched;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (!watched.WasRead)
        {
            throw new NothingSentException(e);
        }
    }

    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent _inner;

        public WatchedContent(HttpContent inner)
        {
            _inner = inner;
            foreach (var header in inner.Headers)
                Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        public bool WasRead { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            WasRead = true;
            return _inner.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
