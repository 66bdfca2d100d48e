using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Somebody who looks at products and searches all the while a process of another module is dead or stands still.</summary>
public sealed class Reads
{
    private const double LeastShare = 0.999;
    private static readonly string[] Pages = ["/api/v1/products", "/api/v1/search?q=boot"];

    private int _answered;
    private int _failed;

    /// <summary>At least 99.9 % were answered.</summary>
    public bool StayUp => _failed <= (1 - LeastShare) * (_answered + _failed);

    /// <summary>Reads until it is disposed of.</summary>
    public IDisposable Begin(ShopWorld world)
    {
        var stop = new CancellationTokenSource();
        _ = ReadAsync(world, stop.Token);
        return new Reader(stop);
    }

    /// <inheritdoc />
    public override string ToString() =>
        _answered + _failed == 0 ? "" : $", {_answered} of {_answered + _failed} reads of other modules answered meanwhile";

    private async Task ReadAsync(ShopWorld world, CancellationToken cancellationToken)
    {
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            try
            {
                using var answer = await world.Client.GetAsync(Pages[i % Pages.Length], CancellationToken.None);
                Interlocked.Increment(ref answer.IsSuccessStatusCode ? ref _answered : ref _failed);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Interlocked.Increment(ref _failed);
            }
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private sealed class Reader(CancellationTokenSource stop) : IDisposable
    {
        public void Dispose()
        {
            stop.Cancel();
            stop.Dispose();
        }
    }
}
