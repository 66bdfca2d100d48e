namespace Shop.Notifications.Tests.Slices;

/// <summary>With a shop of its own, since its table is taken away.</summary>
public sealed class BrokenModuleTests(MailShop shop) : IClassFixture<MailShop>
{
    [Fact]
    public async Task When_notifications_fail_on_every_message_all_others_go_on()
    {
        await shop.ExecuteAsync("alter table notifications.notifications rename to broken");
        var order = Events.Confirmed(Events.Address());

        await shop.PublishAsync(order);

        await Eventually.IsTrueAsync(
            "analytics has the order",
            async () => await shop.ScalarAsync<long>("select count(*) from analytics.order_facts where order_id = $1", order.OrderId) == 1
        );
        await Eventually.IsTrueAsync(
            "the message was given up",
            async () => await shop.ScalarAsync<long>("select count(*) from wolverine.wolverine_dead_letters") == 1
        );
        (await shop.ScalarAsync<string>("select received_at from wolverine.wolverine_dead_letters"))!.ShouldContain("notifications");
        (await shop.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }
}
