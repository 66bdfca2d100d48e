using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Complete checkouts: cart, two lines, addresses, pay, confirmed.</summary>
public static class BenchCheckouts
{
    /// <summary>1, 16 and 64 clients; gives back what 16 did.</summary>
    public static async Task<LoadResult> RunAsync(ShopWorld world, TimeSpan duration)
    {
        var skus = await BenchCatalogue.SkusAsync(world, 400);
        var table = new Table(("checkouts", 26), ("per second", 10), ("p50 ms", 8), ("p95 ms", 8), ("p99 ms", 8), ("failed", 8));
        LoadResult? sixteen = null;
        await Load.RunAsync(8, TimeSpan.FromSeconds(5), BuyAsync);
        foreach (var clients in new[] { 1, 16, 64 })
        {
            var result = await Load.RunAsync(clients, duration, BuyAsync);
            BenchProof.Row(table, $"{clients} client(s)", result, $"{result.Failed}");
            if (clients == 16)
                sixteen = result;
        }
        return sixteen!;

        async Task<bool> BuyAsync(long number)
        {
            var shopper = new Shopper(world.Client);
            var first = (int)(number * 7 % skus.Count);
            await shopper.FillCartAsync((skus[first], 1), (skus[(first + 1) % skus.Count], 1));
            var answer = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());
            return answer["state"] == "completed";
        }
    }
}
