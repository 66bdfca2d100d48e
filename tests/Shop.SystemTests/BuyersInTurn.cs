using System.Collections.Concurrent;
using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>Load: so many buyers at a time, each followed by the next, until it is stopped.</summary>
internal sealed class BuyersInTurn
{
    private readonly Task _buying;
    private volatile bool _stopped;

    public BuyersInTurn(ShopWorld world, string sku, int atOnce) =>
        _buying = Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => BuyAsync(world, sku)));

    /// <summary>Each buyer whose purchase was answered, with the answer.</summary>
    public ConcurrentQueue<(Shopper Buyer, Answer Answer)> Answered { get; } = [];

    /// <summary>Requests that got no answer.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    /// <summary>Sends nothing more, and waits for what is in flight.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        return _buying;
    }

    private async Task BuyAsync(ShopWorld world, string sku)
    {
        while (!_stopped)
        {
            try
            {
                var buyer = new Shopper(world.Client);
                await buyer.FillCartAsync();
                if (_stopped)
                    return;
                await buyer.AddAsync(sku, 1);
                if (_stopped)
                    return;
                Answered.Enqueue((buyer, await buyer.CheckOutAsync()));
            }
            catch (Exception e)
            {
                Failures.Enqueue(e);
            }
        }
    }
}
