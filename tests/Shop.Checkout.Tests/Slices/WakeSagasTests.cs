using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.Checkout.Domain;
using Shop.Checkout.Tests.Unit;

namespace Shop.Checkout.Tests.Slices;

public class WakeSagasTests(CheckoutShop shop)
{
    private static DateTimeOffset Overdue => TimeProvider.System.GetUtcNow().AddSeconds(-1);

    [Fact]
    public async Task A_participant_that_is_silent_is_asked_again()
    {
        var purchase = await shop.HasAsync(Purchases.At(CheckoutStep.Captured, Overdue));
        var woken = await shop.EventuallyAsync(purchase.Id, c => c.Version > 0);
        // Orders has never heard of it, says so, and the money is asked back.
        (woken.Tries > 0 || woken.Step > CheckoutStep.Completed).ShouldBeTrue();
        woken.WakeAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_payment_never_authenticated_is_given_up()
    {
        var purchase = await shop.HasAsync(Purchases.At(CheckoutStep.PaymentPending, Overdue));
        var givenUp = await shop.EventuallyAsync(purchase.Id, c => c.FailureCode is not null);
        givenUp.FailureCode.ShouldBe("checkout.authentication_expired");
    }

    [Theory]
    [InlineData("can't be read", "lines = '{}'")]
    [InlineData("can't be decided on", "lines = 'null', state = 'started'")]
    public async Task A_purchase_that_cannot_be_woken_keeps_no_other_asleep(string what, string spoilt)
    {
        var bad = (await shop.HasAsync(Purchases.At(CheckoutStep.PaymentPending, CheckoutShopExtensions.NotSoon))).Id;
        await shop.ScalarAsync<object>($"update checkout.checkouts set wake_at = '2000-01-01', {spoilt} where id = $1", bad);

        var good = await shop.HasAsync(Purchases.At(CheckoutStep.PaymentPending, Overdue));

        (await shop.EventuallyAsync(good.Id, c => c.FailureCode is not null)).FailureCode.ShouldBe("checkout.authentication_expired");
        (await shop.ScalarAsync<int>("select version from checkout.checkouts where id = $1", bad)).ShouldBe(0, what);
        await shop.ScalarAsync<object>("delete from checkout.checkouts where id = $1", bad);
    }

    [Fact]
    public async Task A_purchase_that_is_not_over_always_has_a_timer()
    {
        var purchase = Purchases.At(CheckoutStep.Captured) with { WakeAt = null };
        var refused = await Should.ThrowAsync<DbUpdateException>(() => shop.HasAsync(purchase));
        refused.InnerException.ShouldBeOfType<PostgresException>().ConstraintName.ShouldBe("ck_checkouts_timer");
    }
}
