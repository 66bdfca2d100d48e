using Shop.Users.Domain;

namespace Shop.Users.Tests.Unit;

public sealed class EmailAddressTests
{
    [Fact]
    public void Case_and_blanks_make_no_second_account() =>
        EmailAddress.Normalize("  Ada@Example.COM ").ShouldBe(EmailAddress.Normalize("ada@example.com"));

    [Theory]
    [InlineData("ada@example.com", true)]
    [InlineData("ada+shop@example.com", true)]
    [InlineData("ada", false)]
    [InlineData("a@b@c", false)]
    [InlineData("ada@example.com\r\nBcc: all@example.com", false)]
    [InlineData("Ada <ada@example.com>", false)]
    [InlineData("a@example.com,b@example.com", false)]
    public void An_address_that_could_break_a_mail_header_is_refused(string email, bool plausible) =>
        EmailAddress.IsPlausible(email).ShouldBe(plausible);
}
