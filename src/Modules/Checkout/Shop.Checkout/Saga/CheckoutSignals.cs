using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Saga;

/// <summary>
/// Tells who waits in this process that a purchase has moved, right after the commit. Another process's moves are not heard: whoever
/// waits looks at the row from time to time as well.
/// </summary>
public sealed class CheckoutSignals
{
    private readonly ConcurrentDictionary<Guid, ImmutableList<Channel<CheckoutState>>> _listeners = new();

    /// <summary>Hears every move from now on.</summary>
    public Listener Listen(Guid checkoutId) => new(this, checkoutId);

    /// <summary>Says that a state is committed.</summary>
    public void Raise(CheckoutState committed)
    {
        if (_listeners.TryGetValue(committed.Id, out var channels))
            foreach (var channel in channels)
                channel.Writer.TryWrite(committed);
    }

    /// <summary>Hears until it is disposed of.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly CheckoutSignals _signals;
        private readonly Guid _id;
        private readonly Channel<CheckoutState> _channel = Channel.CreateUnbounded<CheckoutState>();

        internal Listener(CheckoutSignals signals, Guid id)
        {
            (_signals, _id) = (signals, id);
            signals._listeners.AddOrUpdate(id, _ => [_channel], (_, others) => others.Add(_channel));
        }

        /// <summary>The next move; null when there is none in time.</summary>
        public async Task<CheckoutState?> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(patience);
            try
            {
                return await _channel.Reader.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        /// <inheritdoc />
        public void Dispose()
        {
            while (_signals._listeners.TryGetValue(_id, out var channels))
            {
                var rest = channels.Remove(_channel);
                var done = rest.IsEmpty
                    ? _signals._listeners.TryRemove(new(_id, channels))
                    : _signals._listeners.TryUpdate(_id, rest, channels);
                if (done)
                    return;
            }
        }
    }
}
