using System.Net;
using System.Text.Json.Nodes;

namespace Shop.TestKit.World;

/// <summary>
/// The purchases that must go the same way wherever the modules run. Each case makes products and shoppers of its own and looks at what the
/// shop answers, at its stock, and at the provider's own ledger.
/// </summary>
public sealed class PurchaseSuite(ShopWorld world, Staff staff)
{
    private const string Rushed = "200 buyers share 50 units";
    private const int Buyers = 200;
    private const int Units = 50;
    private const long Price = 10_000;

    /// <summary>Each case by its name, as a shopkeeper would say it.</summary>
    public static IReadOnlyDictionary<string, Func<PurchaseSuite, Task>> Cases { get; } =
        new Dictionary<string, Func<PurchaseSuite, Task>>
        {
            ["a purchase is paid once, takes stock and sends one mail"] = s => s.BuyAsync(),
            ["a declined card gives the stock back"] = s => s.DeclineAsync(),
            ["what is out of stock is refused"] = s => s.OutOfStockAsync(),
            ["a payer who authenticates gets the order"] = s => s.AuthenticateAsync(),
            ["the same key at once is one order"] = s => s.DoubleSubmitAsync(),
            ["two tabs with one cart are one order"] = s => s.TwoTabsAsync(),
            ["an order canceled before its capture gives stock and money back"] = s => s.CancelAsync(),
            [Rushed] = s => s.RushAsync(),
        };

    /// <summary>Runs all cases, one after the other, and looks into the books at the end.</summary>
    /// <param name="world">The shop.</param>
    /// <param name="skipRush">Leaves out the rush, which takes longer than all other cases.</param>
    /// <returns>What failed, and why; empty when the topology is as good as one process.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> RunAsync(ShopWorld world, bool skipRush = false)
    {
        var suite = new PurchaseSuite(world, await Staff.SignInAsync(world.Client));
        var failed = new Dictionary<string, string>();
        foreach (var (name, run) in Cases.Where(c => !skipRush || c.Key != Rushed))
            await TryAsync(name, () => run(suite));
        await TryAsync("the books agree with the provider's", suite.ReconcileAsync);
        return failed;

        async Task TryAsync(string name, Func<Task> run)
        {
            try
            {
                await run();
            }
            catch (Exception e)
            {
                failed[name] = e.Message;
            }
        }
    }

    private async Task BuyAsync()
    {
        var (sku, shopper) = await ShopperAsync(stock: 2, quantity: 2);
        var cart = await shopper.SendAsync(HttpMethod.Get, $"/api/v1/carts/{shopper.CartId}", null);
        var end = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());
        Expect("completed", end["state"]);
        Expect(0, await staff.AvailableAsync(sku));
        var total = cart.Body!["total"]!["minor"]!.GetValue<long>();
        Expect(new Ledger(1, "succeeded", total, 0), await Ledger.ReadAsync(world, end["id"]!));
        Expect(1, await Mailbox.CountAsync(world, shopper.Email, atLeast: 1));
        await Eventually.IsTrueAsync("search knows that it is sold out", async () => !await staff.SearchHasInStockAsync(sku));
        await staff.OrdersTodayAsync(atLeast: 1);
    }

    private async Task DeclineAsync()
    {
        var (sku, shopper) = await ShopperAsync(stock: 5);
        var end = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync("pm_card_chargeDeclined"));
        Expect("payments.declined", end.Code);
        await StockIsAsync(sku, 5);
    }

    private async Task OutOfStockAsync()
    {
        var (sku, shopper) = await ShopperAsync(stock: 1, quantity: 2);
        var end = await Purchase.EndAsync(shopper, await shopper.CheckOutAsync());
        Expect("inventory.out_of_stock", end.Code);
        await StockIsAsync(sku, 1);
    }

    private async Task AuthenticateAsync()
    {
        var (sku, shopper) = await ShopperAsync(stock: 5);
        var pending = await Purchase.PendingAsync(shopper, await shopper.CheckOutAsync("pm_card_authenticationRequired"));
        await Payer.AuthenticateAsync(world, pending["actionUrl"]!);
        var end = await Purchase.EndAsync(shopper, pending);
        Expect("completed", end["state"]);
        await StockIsAsync(sku, 4);
        Expect("succeeded", (await Ledger.ReadAsync(world, end["id"]!)).Status);
    }

    private async Task DoubleSubmitAsync()
    {
        var (sku, shopper) = await ShopperAsync(stock: 50);
        var key = Purchase.NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shopper.CheckOutAsync(key: key)));
        Expect("completed", (await Purchase.EndAsync(shopper, answers[0]))["state"]);
        Expect(1, answers.Select(a => a["id"]).Distinct().Count());
        Expect(HttpStatusCode.UnprocessableEntity, (await shopper.CheckOutAsync("pm_card_mastercard", key)).Status);
        await StockIsAsync(sku, 49);
    }

    private async Task TwoTabsAsync()
    {
        var (sku, shopper) = await ShopperAsync(stock: 50);
        var tabs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shopper.CheckOutAsync()));
        var taken = tabs.Where(a => a.Status is HttpStatusCode.Created or HttpStatusCode.Accepted).ToArray();
        Expect(1, taken.Length);
        await Purchase.EndAsync(shopper, taken[0]);
        await StockIsAsync(sku, 49);
    }

    private async Task CancelAsync()
    {
        // The money is still under way when the customer changes their mind.
        await world.SetPaymentFaultsAsync(
            new JsonObject
            {
                ["requests"] = new JsonArray(new JsonObject { ["on"] = "capture", ["fault"] = "timeout-before" }),
                ["webhooks"] = new JsonArray(),
            }
        );
        var sku = await ProductAsync(stock: 5);
        var shopper = await Shopper.RegisterAsync(world.Client);
        await shopper.FillCartAsync((sku, 1));
        var submitted = await Purchase.SeenAsync(shopper, await shopper.CheckOutAsync(), "order_placed");
        Expect("canceled", (await shopper.CancelOrderAsync(submitted["id"]!))["status"]);
        await world.ClearPaymentFaultsAsync();
        Expect("orders.canceled_by_customer", (await Purchase.EndAsync(shopper, submitted)).Code);
        await StockIsAsync(sku, 5);
        Expect(new Ledger(1, "canceled", 0, 0), await Ledger.ReadAsync(world, submitted["id"]!));
    }

    private async Task RushAsync()
    {
        var sku = await ProductAsync(Units);
        var rush = await Rush.RunAsync(world, sku, Buyers);
        var endings = rush.Endings.GroupBy(a => a.Code ?? a["state"] ?? $"{a.Status}").OrderBy(g => g.Key, StringComparer.Ordinal);
        Expect(
            $"{Units} completed, {Buyers - Units} inventory.out_of_stock",
            string.Join(", ", endings.Select(g => $"{g.Count()} {g.Key}"))
        );
        Expect(0, rush.Deadlocks);
        await StockIsAsync(sku, 0);
    }

    private async Task ReconcileAsync()
    {
        var (exitCode, output) = await world.ReconcileAsync(TimeSpan.FromSeconds(30));
        Expect((0, ""), (exitCode, exitCode == 0 ? "" : output));
    }

    private Task StockIsAsync(string sku, int pieces) =>
        Eventually.IsTrueAsync($"{pieces} of {sku} in stock", async () => await staff.AvailableAsync(sku) == pieces);

    private async Task<(string Sku, Shopper Shopper)> ShopperAsync(int stock, int quantity = 1)
    {
        var sku = await ProductAsync(stock);
        var shopper = new Shopper(world.Client);
        await shopper.FillCartAsync((sku, quantity));
        return (sku, shopper);
    }

    private async Task<string> ProductAsync(int stock)
    {
        var sku = $"SKU-{Guid.CreateVersion7():N}".ToUpperInvariant();
        await staff.AddProductsAsync((sku, Price, stock));
        return sku;
    }

    private static void Expect<T>(T expected, T? seen)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, seen))
            throw new InvalidOperationException($"expected {expected}, seen {seen}");
    }
}
