using Microsoft.Extensions.DependencyInjection;
using Shop.Inventory.Contracts;
using Shop.Inventory.Features;
using Shop.TestKit;
using Wolverine.Runtime;

namespace Shop.Proofs;

/// <summary>
/// Asks Inventory's coalescer for holds, in this process and without a message, and waits until each is committed together with its answer. So what
/// is timed is waiting for a batch, its statements and its commit; storing the command, its queue and its mark in the inbox are not.
/// </summary>
/// <param name="shop">The shop in this process.</param>
public sealed class HoldBuyer(ShopFixture shop)
{
    private readonly HoldCoalescer _holds = shop.Services.GetRequiredService<HoldCoalescer>();
    private readonly IWolverineRuntime _bus = shop.Services.GetRequiredService<IWolverineRuntime>();

    /// <summary>Asks for one piece; the answer is in the reservation's row.</summary>
    /// <returns>True, once it is answered.</returns>
    public async Task<bool> HoldAsync(string sku)
    {
        await _holds.HoldAsync(new(Guid.CreateVersion7(), [new(sku, 1)], 3_600), new MessageContext(_bus), CancellationToken.None);
        return true;
    }

    /// <summary>Pieces of a SKU that are held.</summary>
    public Task<int> HeldAsync(string sku) => shop.ScalarAsync<int>("select reserved from inventory.stock_items where sku = $1", sku);

    /// <summary>Books pieces into stock and waits until they are there.</summary>
    public async Task StockAsync(IEnumerable<(string Sku, int Pieces)> stock)
    {
        var id = Guid.CreateVersion7();
        await shop.PublishAsync(new ReceiveStock(id, [.. stock.Select(s => new StockLine(s.Sku, s.Pieces))], "proof"));
        await Eventually.IsTrueAsync(
            "stock is booked",
            () => shop.ScalarAsync<bool>("select exists (select from inventory.receipts where id = $1)", id)
        );
    }
}
