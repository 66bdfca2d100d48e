using System.Collections.Concurrent;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Two hosts with all ten modules each, behind a round-robin.</summary>
public static class TwinsProof
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    /// <summary>The purchase suite, then a load during which one of the two is killed.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        await using var world = await ShopWorld.StartAsync();
        var twin = await world.StartTwinAsync();
        var checks = new Checks();
        var failed = await PurchaseSuite.RunAsync(world);
        foreach (var (name, why) in failed)
            Console.WriteLine($"{name}: {why}");
        checks.Equal("cases of the purchase suite that fail", 0, failed.Count);
        checks.Equal("both handled messages", 2, await HandlersAsync(world));

        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 4_900, 100_000));
        var taken = new ConcurrentBag<string>();
        var buying = Load.RunAsync(8, Duration, _ => BuysAsync(world, taken));
        await Task.Delay(Duration / 2);
        await twin.KillAsync();
        var load = await buying;
        var books = await world.ReconcileAsync(TimeSpan.FromSeconds(60));
        var lost = taken.Count - await CompletedAsync(world, taken);
        checks.Equal("purchases that got no end although their shopper insisted", 0, load.Failed);
        checks.Equal($"of {taken.Count} purchases, lost", 0, lost);
        checks.Equal("the books agree with the provider's", 0, books.ExitCode);
        if (books.ExitCode != 0)
            Console.WriteLine(books.Output);
        return checks.Verdict($"{lost} of {taken.Count} purchases lost, {checks.Failed} violations");
    }

    // Whoever loses the connection sends the request again, with its key.
    private static async Task<bool> BuysAsync(ShopWorld world, ConcurrentBag<string> taken)
    {
        var shopper = new Shopper(world.Client);
        await Eventually.GetAsync("the cart is filled", () => Purchase.AnsweredAsync(() => shopper.FillCartAsync(("BOOT-42", 1))));
        var end = await Purchase.InsistAsync(shopper);
        if (end["id"] is { } id)
            taken.Add(id);
        return end["state"] == "completed";
    }

    private static async Task<long> CompletedAsync(ShopWorld world, IEnumerable<string> taken) =>
        await world.ScalarAsync<long>(
            "select count(*) from checkout.checkouts where state = 'completed' and id = any($1)",
            taken.Select(Guid.Parse).ToArray()
        );

    // The round-robin asks one after the other.
    private static async Task<int> HandlersAsync(ShopWorld world)
    {
        var handlers = 0;
        for (var process = 0; process < 2; process++)
            if ((await world.Client.GetStringAsync("/metrics")).Contains("\nwolverine_messages_succeeded"))
                handlers++;
        return handlers;
    }
}
