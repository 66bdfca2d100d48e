using Shop.Notifications.Features;

namespace Shop.Notifications.Tests.Slices;

public sealed class SendMailTests(MailShop shop)
{
    [Fact, RedeliveryOf<SendMailHandler>(typeof(SendMail))]
    public async Task A_mail_ordered_again_and_at_once_is_sent_once()
    {
        var order = Events.Confirmed(Events.Address());
        await shop.PublishAsync(order);
        var id = await shop.NotificationAsync(order.OrderId, "sent");

        await shop.PublishAgainAndAgainAsync(new SendMail(id), id);

        shop.Mails.To(order.Email).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_recipient_the_server_does_not_know_is_not_tried_again()
    {
        var order = Events.Confirmed(Events.Address("refused"));

        await shop.PublishAsync(order);
        await shop.NotificationAsync(order.OrderId, "failed");

        (await LogAsync(order.OrderId)).ShouldBe("1 smtp_550");
    }

    [Fact]
    public async Task A_mail_that_is_turned_away_comes_back()
    {
        var order = Events.Confirmed(Events.Address("busy"));

        await shop.PublishAsync(order);
        await shop.NotificationAsync(order.OrderId, "sent");

        shop.Mails.To(order.Email).ShouldHaveSingleItem();
        (await LogAsync(order.OrderId)).ShouldBe("2 ");
    }

    [Fact]
    public async Task A_mail_the_server_did_not_acknowledge_is_sent_again_and_can_be_known_as_a_copy()
    {
        var order = Events.Confirmed(Events.Address("doubtful"));

        await shop.PublishAsync(order);
        await shop.NotificationAsync(order.OrderId, "sent");

        var mails = shop.Mails.To(order.Email);
        mails.Count.ShouldBe(2);
        mails[0].MessageId.ShouldBe(mails[1].MessageId);
    }

    [Fact]
    public async Task A_mail_is_never_sent_a_third_time()
    {
        var order = Events.Confirmed(Events.Address("lost"));

        await shop.PublishAsync(order);
        await shop.NotificationAsync(order.OrderId, "failed");

        shop.Mails.To(order.Email).Count.ShouldBe(2);
        (await LogAsync(order.OrderId)).ShouldBe("2 connection_lost");
    }

    [Fact]
    public async Task A_mail_whose_process_died_is_sent_by_the_sweep()
    {
        var order = Events.Confirmed(Events.Address());
        await shop.PublishAsync(order);
        var id = await shop.NotificationAsync(order.OrderId, "sent");

        await shop.ExecuteAsync($"update notifications.notifications set status = 'sending', next_attempt_at = now() where id = '{id}'");
        await shop.NotificationAsync(order.OrderId, "sent");

        shop.Mails.To(order.Email).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_mail_whose_process_died_twice_is_left_to_people()
    {
        var order = Events.Confirmed(Events.Address());
        await shop.PublishAsync(order);
        var id = await shop.NotificationAsync(order.OrderId, "sent");

        await shop.ExecuteAsync(
            $"update notifications.notifications set status = 'sending', unconfirmed = 1, next_attempt_at = now() where id = '{id}'"
        );
        await shop.NotificationAsync(order.OrderId, "failed");

        shop.Mails.To(order.Email).ShouldHaveSingleItem();
    }

    private Task<string?> LogAsync(Guid subjectId) =>
        shop.ScalarAsync<string>(
            "select attempts || ' ' || coalesce(last_error_code, '') from notifications.notifications where subject_id = $1",
            subjectId
        );
}
