namespace Shop.TestKit.World;

/// <summary>A drop: many buyers of one thing at the same moment.</summary>
/// <param name="Endings">How it ended for each buyer.</param>
/// <param name="Deadlocks">Deadlocks that PostgreSQL counted meanwhile.</param>
public sealed record Rush(IReadOnlyList<Answer> Endings, long Deadlocks)
{
    /// <summary>Buyers who got an order.</summary>
    public int Orders => Endings.Count(a => a["state"] == "completed");

    /// <summary>Buyers who were told that nothing is left.</summary>
    public int OutOfStock => Endings.Count(a => a.Code == "inventory.out_of_stock");

    /// <summary>Fills all carts, then submits all of them at once; each buyer insists on a final answer.</summary>
    public static async Task<Rush> RunAsync(ShopWorld world, string sku, int buyers)
    {
        var crowd = Enumerable.Range(0, buyers).Select(_ => new Shopper(world.Client)).ToArray();
        await Parallel.ForEachAsync(
            crowd,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (buyer, _) => await buyer.FillCartAsync((sku, 1))
        );
        var before = await DeadlocksAsync(world);
        var endings = await Task.WhenAll(crowd.Select(buyer => Purchase.InsistAsync(buyer)));
        return new Rush(endings, await DeadlocksAsync(world) - before);
    }

    // A backend tells its counts when it falls idle, a second later at most; this one must not read what it has cached.
    private static Task<long> DeadlocksAsync(ShopWorld world) =>
        world.ScalarAsync<long>("select deadlocks from pg_stat_clear_snapshot(), pg_stat_database where datname = current_database()");
}
