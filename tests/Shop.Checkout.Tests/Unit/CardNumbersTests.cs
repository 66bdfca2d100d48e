using Shop.Checkout.Features;

namespace Shop.Checkout.Tests.Unit;

public class CardNumbersTests
{
    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("4242 4242 4242 4242")]
    [InlineData("4242  4242  4242 - 4242")]
    [InlineData("4000-0025-0000-3155")]
    [InlineData("my card is 378282246310005, thanks")]
    [InlineData("pm_4242424242424242")]
    [InlineData("4222222222222")]
    public void A_card_number_is_seen(string text) => CardNumbers.MayContain(text).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pm_card_visa")]
    [InlineData("4242424242424241")]
    [InlineData("424242424242")]
    [InlineData("shopper-01a4242424242424242bf@example.com")]
    [InlineData("a4242424242424242")]
    [InlineData("42424242424242424242")]
    [InlineData("+49 30 901820")]
    [InlineData("0190b5c2-7f3e-7a10-9c2d-4242aa4242bb")]
    public void Anything_else_is_not(string? text) => CardNumbers.MayContain(text).ShouldBeFalse();
}
