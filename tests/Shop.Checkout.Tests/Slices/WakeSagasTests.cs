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

    [Fact]
    public async Task A_purchase_that_is_not_over_always_has_a_timer()
    {
        var purchase = Purchases.At(CheckoutStep.Captured) with { WakeAt = null };
        var refused = await Should.ThrowAsync<DbUpdateException>(() => shop.HasAsync(purchase));
        refused.InnerException.ShouldBeOfType<PostgresException>().ConstraintName.ShouldBe("ck_checkouts_timer");
    }
}
