using System.Net;
using Shop.TestKit;
using Shop.TestKit.World;

namespace Shop.Proofs;

/// <summary>Impatient shoppers: the same request again and at once, and two tabs with one cart.</summary>
public static class DoubleSubmitProof
{
    private const int Times = 10;

    /// <summary>Each way of submitting twice.</summary>
    public static async Task<Verdict> ShowAsync(string[] args)
    {
        await using var world = await ShopWorld.StartAsync();
        var staff = await Staff.SignInAsync(world.Client);
        await staff.AddProductsAsync(("BOOT-42", 10_999, 1_000));
        var checks = new Checks();

        var hasty = new Shopper(world.Client);
        await hasty.FillCartAsync(("BOOT-42", 1));
        var key = Guid.CreateVersion7().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => hasty.CheckOutAsync(key: key)));
        checks.Equal($"one key, {Times} at once: one checkout in all answers", 1, answers.Select(a => a["id"]).Distinct().Count());
        var again = await hasty.CheckOutAsync(key: key);
        checks.Equal("the same key later: the same answer", answers[0]["id"], again["id"]);
        var other = await hasty.CheckOutAsync("pm_card_mastercard", key);
        checks.Equal("the same key, another body", HttpStatusCode.UnprocessableEntity, other.Status);

        var tabs = new Shopper(world.Client);
        await tabs.FillCartAsync(("BOOT-42", 1));
        var submitted = await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => tabs.CheckOutAsync()));
        checks.Equal(
            $"one cart, {Times} tabs: one purchase",
            1,
            submitted.Count(a => a.Status is HttpStatusCode.Created or HttpStatusCode.Accepted)
        );
        checks.Equal("stock is down by 2 in all", 998, await staff.AvailableAsync("BOOT-42"));
        var reconcile = await world.RunCommandAsync("reconcile");
        checks.Equal("the books agree with the provider's", 0, reconcile.ExitCode);
        var orders = await world.ScalarAsync<long>("select count(*) from orders.orders where status = 'confirmed'");
        checks.Equal("orders in all", 2, orders);
        return checks.Verdict($"{orders} orders from {2 * Times + 2} submissions, {checks.Failed} violations");
    }
}
