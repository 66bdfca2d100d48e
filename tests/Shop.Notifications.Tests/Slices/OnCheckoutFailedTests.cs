using Shop.Checkout.Contracts;
using Shop.Notifications.Subscriptions;

namespace Shop.Notifications.Tests.Slices;

public sealed class OnCheckoutFailedTests(MailShop shop)
{
    [Fact]
    public async Task A_shopper_who_may_have_left_learns_that_no_money_was_kept()
    {
        var failure = Events.Failed(Events.Address(), "payments.authentication_failed");

        await shop.PublishAsync(failure);
        await shop.NotificationAsync(failure.CheckoutId, "sent");

        var mail = shop.Mails.To(failure.Email).ShouldHaveSingleItem();
        mail.TextBody!.ShouldContain("not confirmed in time");
        mail.TextBody!.ShouldContain("No money was kept");
    }

    [Fact]
    public async Task A_shopper_who_was_just_told_gets_no_mail()
    {
        var failure = Events.Failed(Events.Address(), "payments.declined", toldAtOnce: true);

        await shop.PublishAsync(failure);
        await shop.HandledAsync(failure.CheckoutId);

        (
            await shop.ScalarAsync<long>("select count(*) from notifications.notifications where subject_id = $1", failure.CheckoutId)
        ).ShouldBe(0);
    }

    [Theory]
    [InlineData("payments.declined")]
    [InlineData("inventory.out_of_stock")]
    public async Task A_shopper_whose_request_was_answered_before_the_refusal_came_learns_of_it_by_mail(string code)
    {
        var failure = Events.Failed(Events.Address(), code);

        await shop.PublishAsync(failure);
        await shop.NotificationAsync(failure.CheckoutId, "sent");

        shop.Mails.To(failure.Email).ShouldHaveSingleItem();
    }

    [Fact, RedeliveryOf<OnCheckoutFailedHandler>(typeof(CheckoutFailed))]
    public async Task A_failure_told_again_and_at_once_is_mailed_once()
    {
        var failure = Events.Failed(Events.Address(), "payments.provider_unavailable");

        await shop.PublishAgainAndAgainAsync(failure, failure.CheckoutId);
        await shop.NotificationAsync(failure.CheckoutId, "sent");

        shop.Mails.To(failure.Email).ShouldHaveSingleItem();
    }
}
