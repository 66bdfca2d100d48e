using Shop.Host.Observability;

namespace Shop.Host.Tests.Observability;

public sealed class RedactingFormatterTests
{
    [Theory]
    [InlineData("mail to jane.doe+shop@example.co.uk failed", "mail to [email] failed")]
    [InlineData("""{"to":"o'neill@example.com","n":1}""", """{"to":"[email]","n":1}""")]
    [InlineData("Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln, again", "Bearer [token], again")]
    [InlineData("12 @ 3 EUR", "12 @ 3 EUR")]
    [InlineData("nothing to hide", "nothing to hide")]
    public void Addresses_and_tokens_never_reach_the_log(string text, string redacted) =>
        RedactingFormatter.Redact(text).ShouldBe(redacted);
}
