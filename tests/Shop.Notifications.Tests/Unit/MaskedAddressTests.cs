using Shop.Notifications.Domain;

namespace Shop.Notifications.Tests.Unit;

public sealed class MaskedAddressTests
{
    [Theory]
    [InlineData("jane@example.com", "j***@e***.com")]
    [InlineData("j@localhost", "j***@l***")]
    [InlineData("nonsense", "***")]
    [InlineData("@example.com", "***")]
    public void Its_owner_would_recognise_it_and_nobody_could_write_to_it(string address, string masked) =>
        MaskedAddress.Of(address).ShouldBe(masked);
}
