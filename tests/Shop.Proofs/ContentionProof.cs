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
        await staff.AddProductsAsync(("WARM-1", 4_900, 1), ("DROP-1", 4_900, Units));
        // A drop meets a shop that has been open for a while.
        var first = new Shopper(world.Client);
        await first.FillCartAsync(("WARM-1", 1));
        await Purchase.InsistAsync(first);
        var rush = await Rush.RunAsync(world, "DROP-1", Buyers);
        foreach (var ending in rush.Endings.GroupBy(a => a.Code ?? a["state"] ?? a.Status.ToString()))
            Console.WriteLine($"{ending.Count(), 4} x {ending.Key}");
        var stock = await staff.AvailableAsync("DROP-1");
        var checks = new Checks();
        checks.Equal("orders", Units, rush.Orders);
        checks.Equal("turned away: out of stock", Buyers - Units, rush.OutOfStock);
        checks.Equal("stock left", 0, stock);
        checks.Equal("deadlocks", 0, rush.Deadlocks);
        var reconcile = await world.RunCommandAsync("reconcile", "--settle=30");
        if (reconcile.ExitCode != 0)
            Console.WriteLine(reconcile.Output);
        checks.Equal("the books agree with the provider's", 0, reconcile.ExitCode);
        return checks.Verdict(
            $"{rush.Orders} orders for {Units} units, {rush.OutOfStock} out of stock, {rush.Deadlocks} deadlocks, stock {stock}"
        );
    }
}
