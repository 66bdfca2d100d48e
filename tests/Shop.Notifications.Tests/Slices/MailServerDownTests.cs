namespace Shop.Notifications.Tests.Slices;

/// <summary>With a shop of its own, since its mail server is away for a while.</summary>
public sealed class MailServerDownTests(MailShop shop) : IClassFixture<MailShop>
{
    [Fact]
    public async Task Mails_wait_for_their_server_and_follow_once_it_is_back()
    {
        await shop.Mails.StopAsync();
        var orders = Enumerable.Range(0, 20).Select(_ => Events.Confirmed(Events.Address())).ToList();
        foreach (var order in orders)
            await shop.PublishAsync(order);
        await Eventually.IsTrueAsync(
            "all are queued and one was tried in vain",
            async () =>
                await shop.ScalarAsync<long>("select count(*) from notifications.notifications where status in ('queued', 'sending')") == 20
                && await shop.ScalarAsync<long>("select count(*) from notifications.notifications where last_error_code = 'unreachable'")
                    > 0
        );

        shop.Mails.Start();

        foreach (var order in orders)
        {
            await shop.NotificationAsync(order.OrderId, "sent");
            shop.Mails.To(order.Email).ShouldHaveSingleItem();
        }
    }
}
