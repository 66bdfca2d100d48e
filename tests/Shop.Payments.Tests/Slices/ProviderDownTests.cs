using Shop.Payments.Contracts;

namespace Shop.Payments.Tests.Slices;

/// <summary>Nobody answers at the provider's address.</summary>
public sealed class ProviderDownTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task A_provider_that_is_down_is_a_clear_answer_within_three_seconds()
    {
        var declined = await Eventually.QuickAsync(
            TimeSpan.FromSeconds(3),
            async () =>
            {
                var payment = PaidShop.NewPayment();
                await shop.PublishAsync(payment);
                return await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId);
            }
        );

        declined.Code.ShouldBe("payments.provider_unavailable");
    }

    [Fact]
    public async Task Once_the_breaker_is_open_every_payment_is_still_answered()
    {
        var payments = Enumerable.Range(0, 30).Select(_ => PaidShop.NewPayment()).ToArray();

        await Task.WhenAll(payments.Select(p => shop.PublishAsync(p)));

        foreach (var payment in payments)
            (await Heard.SoonAsync<PaymentDeclined>(payment.PaymentId)).Code.ShouldBe("payments.provider_unavailable");
    }
}
