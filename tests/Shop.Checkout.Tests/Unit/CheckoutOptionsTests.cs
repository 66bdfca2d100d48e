using System.ComponentModel.DataAnnotations;

namespace Shop.Checkout.Tests.Unit;

public class CheckoutOptionsTests
{
    [Fact]
    public void The_usual_settings_are_good() => FaultsOf(new()).ShouldBeEmpty();

    [Theory]
    // Steps of 1, 2 and 2 seconds, three of them, and the payer's 60.
    [InlineData(75, true)]
    [InlineData(74, false)]
    [InlineData(61, false)]
    public void Stock_is_held_as_long_as_it_may_take_to_pay_for_it(int seconds, bool isLongEnough)
    {
        var options = new CheckoutOptions
        {
            HoldSeconds = seconds,
            AuthenticationSeconds = 60,
            StepSeconds = 1,
            LongestStepSeconds = 2,
            MaxTries = 2,
        };

        var faults = FaultsOf(options);

        faults.Count.ShouldBe(isLongEnough ? 0 : 1);
        faults.ShouldAllBe(fault => fault.ErrorMessage!.Contains("at least 75"));
    }

    private static List<ValidationResult> FaultsOf(CheckoutOptions options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), faults, validateAllProperties: true);
        return faults;
    }
}
