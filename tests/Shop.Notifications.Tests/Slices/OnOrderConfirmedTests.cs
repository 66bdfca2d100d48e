using Shop.Notifications.Subscriptions;
using Shop.Orders.Contracts;

namespace Shop.Notifications.Tests.Slices;

public sealed class OnOrderConfirmedTests(MailShop shop)
{
    [Fact]
    public async Task A_confirmed_order_is_mailed_with_number_lines_and_total()
    {
        var order = Events.Confirmed(Events.Address());

        await shop.PublishAsync(order);
        var id = await shop.NotificationAsync(order.OrderId, "sent");

        var mail = shop.Mails.To(order.Email).ShouldHaveSingleItem();
        mail.Subject.ShouldBe("Your order 1000042");
        mail.MessageId.ShouldBe($"{id:N}@shop.test");
        mail.TextBody!.ShouldContain("2 x Tent, green (TENT-G): 237.98 EUR");
        mail.TextBody!.ShouldContain("Total: 243.81 EUR");
        mail.HtmlBody!.ShouldContain("243.81 EUR");
    }

    [Fact, RedeliveryOf<OnOrderConfirmedHandler>(typeof(OrderConfirmed))]
    public async Task An_order_confirmed_again_and_at_once_is_mailed_once()
    {
        var order = Events.Confirmed(Events.Address());

        await shop.PublishAgainAndAgainAsync(order, order.OrderId);
        await shop.NotificationAsync(order.OrderId, "sent");

        shop.Mails.To(order.Email).ShouldHaveSingleItem();
    }
}
