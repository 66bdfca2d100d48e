using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>One purchase through HTTP, followed into every corner it should reach.</summary>
public static class PurchaseProof
{
    /// <summary>Buys two units of one product and one of another.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        await using var world = await ShopWorld.StartAsync();
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 10_999, 10), ("SOCK-M", 1_250, 10));
        var shopper = new Shopper(world.Client);
        var cart = await shopper.FillCartAsync(("BOOT-42", 2), ("SOCK-M", 1));
        var total = long.Parse(cart.Body!["total"]!["minor"]!.ToString(), null);
        var answer = await shopper.CheckOutAsync();
        var checks = new Checks();
        checks.Equal("the purchase is answered", "Created completed", $"{answer.Status} {answer["state"]}");
        var order = await shopper.GetCheckoutAsync(answer["id"]!);
        checks.Equal("it has an order number", true, order["orderNumber"]?.StartsWith("S-", StringComparison.Ordinal));
        checks.Equal("stock of BOOT-42 is down by 2", 8, await staff.AvailableAsync("BOOT-42"));
        checks.Equal("stock of SOCK-M is down by 1", 9, await staff.AvailableAsync("SOCK-M"));
        var ledger = await Ledger.ReadAsync(world, answer["id"]!);
        checks.Equal("the provider holds one payment, captured", "1 succeeded", $"{ledger.Count} {ledger.Status}");
        checks.Equal("of the cart's total", total, ledger.Captured);
        checks.Equal("one mail arrives", 1, await Mailbox.CountAsync(world, shopper.Email, atLeast: 1));
        checks.Equal("analytics counts the order", 1, await staff.OrdersTodayAsync(atLeast: 1));
        checks.Equal("search finds what was bought", true, await staff.SearchFindsAsync("BOOT-42"));
        var reconcile = await world.RunCommandAsync("reconcile");
        Console.WriteLine(reconcile.Output);
        checks.Equal("the books agree with the provider's", 0, reconcile.ExitCode);
        return checks.Verdict($"{checks.Made - checks.Failed} of {checks.Made} checks hold");
    }
}
