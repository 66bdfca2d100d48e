using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Shop.Inventory.Contracts;
using Shop.TestKit;

namespace Shop.Proofs;

/// <summary>
/// Asks Inventory for holds as Checkout does, over the bus, and sees by the committed rows how they ended: a row and its answer are committed
/// together. It looks every few milliseconds, for all that are open at once.
/// </summary>
public sealed class HoldBuyer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly ShopFixture _shop;
    private readonly NpgsqlDataSource _database;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<bool>> _open = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Task _watching;

    /// <summary>Begins to look.</summary>
    public HoldBuyer(ShopFixture shop)
    {
        (_shop, _database) = (shop, NpgsqlDataSource.Create(shop.ConnectionString));
        _watching = WatchAsync();
    }

    /// <summary>True when the piece is held, false when there is none left.</summary>
    /// <param name="sku">The SKU.</param>
    /// <param name="times">Gets the milliseconds from when the question was stored to when its outcome was seen.</param>
    /// <exception cref="TimeoutException">Nothing came of it within a minute.</exception>
    public async Task<bool> HoldAsync(string sku, ConcurrentBag<double>? times = null)
    {
        var id = Guid.CreateVersion7();
        var answer = _open[id] = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _shop.PublishAsync(new ReserveStock(id, [new(sku, 1)], 3_600));
        var stored = Stopwatch.GetTimestamp();
        var held = await answer.Task.WaitAsync(Patience);
        times?.Add(Stopwatch.GetElapsedTime(stored).TotalMilliseconds);
        return held;
    }

    /// <summary>Books pieces into stock and waits until they are there.</summary>
    public async Task StockAsync(IEnumerable<(string Sku, int Pieces)> stock)
    {
        var id = Guid.CreateVersion7();
        await _shop.PublishAsync(new ReceiveStock(id, [.. stock.Select(s => new StockLine(s.Sku, s.Pieces))], "proof"));
        await Eventually.IsTrueAsync(
            "stock is booked",
            () => _shop.ScalarAsync<bool>("select exists (select from inventory.receipts where id = $1)", id)
        );
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        await _database.DisposeAsync();
        _over.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            if (!_open.IsEmpty)
                await LookAsync();
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task LookAsync()
    {
        await using var command = _database.CreateCommand("select id, state = 'held' from inventory.reservations where id = any ($1)");
        command.Parameters.Add(new() { Value = _open.Keys.ToArray() });
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            if (_open.TryRemove(rows.GetGuid(0), out var waiting))
                waiting.TrySetResult(rows.GetBoolean(1));
    }
}
