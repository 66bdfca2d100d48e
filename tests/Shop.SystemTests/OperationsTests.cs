using Shop.TestKit.World;

namespace Shop.SystemTests;

/// <summary>What is not a purchase goes away, and the purchase goes on.</summary>
[Collection(TroubledWorld.Name)]
public sealed class OperationsTests(TroubledWorld shop)
{
    [Fact]
    public async Task While_the_mail_server_is_down_purchases_go_through_and_the_mails_follow()
    {
        var shopper = await shop.ShopperAsync(await shop.ProductAsync(stock: 5));
        await shop.World.Outside.KillAsync();
        await shop.World.StartOutsideAsync(withMail: false);

        var answer = await Purchase.InsistAsync(shopper);
        await shop.World.Outside.KillAsync();
        await shop.World.StartOutsideAsync();

        answer["state"].ShouldBe("completed");
        (await Mailbox.CountAsync(shop.World, shopper.Email, atLeast: 1)).ShouldBe(1);
    }

    [Fact]
    public async Task When_notifications_fail_on_every_message_all_others_go_on_and_a_replay_brings_the_mails()
    {
        var sku = await shop.ProductAsync(stock: 5);
        var shopper = await shop.ShopperAsync(sku);
        var counted = await shop.Staff.OrdersTodayAsync(atLeast: 0);
        await shop.World.ExecuteAsync("alter table notifications.notifications rename to broken");

        var answer = await Purchase.InsistAsync(shopper);
        var letters = "";
        await Eventually.IsTrueAsync(
            "the message is given up",
            async () => !(letters = (await shop.World.RunCommandAsync("deadletters", "list")).Output).Contains("0 dead letter(s)")
        );
        await shop.World.ExecuteAsync("alter table notifications.broken rename to notifications");

        answer["state"].ShouldBe("completed");
        (await shop.Staff.AvailableAsync(sku)).ShouldBe(4);
        (await shop.Staff.OrdersTodayAsync(counted + 1)).ShouldBe(counted + 1);
        var lines = letters.Split('\n').Where(line => line.Contains("orders.") || line.Contains("checkout.")).ToArray();
        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(line => line.Contains("local://shop.notifications."));
        (await shop.World.RunCommandAsync("deadletters", "replay", Guid.CreateVersion7().ToString())).ExitCode.ShouldBe(2);
        (await shop.World.RunCommandAsync("deadletters", "replay")).ExitCode.ShouldBe(0);
        (await Mailbox.CountAsync(shop.World, shopper.Email, atLeast: 1)).ShouldBe(1);
    }

    [Fact]
    public async Task A_shop_told_to_stop_under_load_says_so_first_ends_what_is_in_flight_and_loses_nothing()
    {
        var sku = await shop.ProductAsync(stock: 1_000);
        var load = new BuyersInTurn(shop.World, sku, atOnce: 8);

        await Eventually.IsTrueAsync("the load is on", () => Task.FromResult(load.Answered.Count >= 8));
        shop.World.Host.Terminate();
        await Eventually.IsTrueAsync("readiness goes, and the shop still answers", async () => await shop.World.IsReadyAsync() == false);
        // As a load balancer does.
        await load.StopAsync();
        await shop.World.Host.WaitForExitAsync(TimeSpan.FromSeconds(30));

        shop.World.Host.ExitCode.ShouldBe(0);
        load.Failures.ShouldBeEmpty();
        await shop.World.StartHostAsync();
        foreach (var (buyer, answer) in load.Answered)
            (await Purchase.EndAsync(buyer, answer))["state"].ShouldBe("completed");
        (await shop.Staff.AvailableAsync(sku)).ShouldBe(1_000 - load.Answered.Count);
        var books = await shop.World.RunCommandAsync("reconcile", "--settle=30");
        books.ExitCode.ShouldBe(0, books.Output);
    }
}
