using System.Net;
using Npgsql;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>A drop: more buyers than pieces.</summary>
public static class ContentionProof
{
    private const int Buyers = 200;
    private const int Units = 50;

    /// <summary>All buyers submit at the same moment.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        await using var world = await ShopWorld.StartAsync();
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("DROP-1", 4_900, Units));
        var buyers = Enumerable.Range(0, Buyers).Select(_ => new Shopper(world.Client)).ToArray();
        await Parallel.ForEachAsync(
            buyers,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (buyer, _) => await buyer.FillCartAsync(("DROP-1", 1))
        );
        var deadlocks = await DeadlocksAsync(world);
        var answers = await Task.WhenAll(buyers.Select(async buyer => await Purchase.EndAsync(buyer, await buyer.CheckOutAsync())));
        foreach (var ending in answers.GroupBy(a => a.Code ?? a["state"] ?? a.Status.ToString()))
            Console.WriteLine($"{ending.Count(), 4} x {ending.Key}");
        var checks = new Checks();
        checks.Equal("orders", Units, answers.Count(a => a["state"] == "completed"));
        checks.Equal("turned away: out of stock", Buyers - Units, answers.Count(a => a.Code == "inventory.out_of_stock"));
        checks.Equal("stock left", 0, await staff.AvailableAsync("DROP-1"));
        checks.Equal("deadlocks", deadlocks, await DeadlocksAsync(world));
        var reconcile = await world.RunCommandAsync("reconcile");
        checks.Equal("the books agree with the provider's", 0, reconcile.ExitCode);
        return checks.Verdict($"{answers.Count(a => a["state"] == "completed")} orders for {Units} units");
    }

    private static async Task<long> DeadlocksAsync(ShopWorld world)
    {
        await using var source = NpgsqlDataSource.Create(world.ConnectionString);
        await using var command = source.CreateCommand("select deadlocks from pg_stat_database where datname = current_database()");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
