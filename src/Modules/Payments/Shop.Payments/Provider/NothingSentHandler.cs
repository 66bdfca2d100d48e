using System.Net;

namespace Shop.Payments.Provider;

/// <summary>The call failed before a byte of it was sent: proof that the provider did nothing.</summary>
internal sealed class NothingSentException(Exception cause) : Exception("Nothing was sent to the payment provider.", cause);

/// <summary>The call was turned away at the door, but it had been sent once before, without an answer: no proof of anything.</summary>
internal sealed class SentBeforeException() : Exception("Only the second of two calls to the payment provider was turned away.");

/// <summary>
/// Tells calls that never left from calls that may have arrived. The body is written only once there is a connection, so as long as
/// nobody asked for the body, over all retries, the provider can't have seen the call: refused, no such host, breaker open, no room. The
/// same for who may call at all: that is asked before the key is looked at, so a refusal says nothing about a sending before it.
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
            var answer = await base.SendAsync(request, cancellationToken);
            if (watched.Reads < 2 || answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
                return answer;
            answer.Dispose();
            throw new SentBeforeException();
        }
        catch (Exception e) when (watched.Reads == 0)
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

        public int Reads { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Reads++;
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
