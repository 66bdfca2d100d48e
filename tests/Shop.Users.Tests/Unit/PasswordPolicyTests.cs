using Shop.Users.Domain;

namespace Shop.Users.Tests.Unit;

public sealed class PasswordPolicyTests
{
    [Theory]
    [InlineData("sevench", "too_short")]
    [InlineData("password1", "too_common")]
    [InlineData("PassWord1", "too_common")]
    [InlineData("12345678", "too_common")]
    [InlineData("aaaaaaaaaaaa", "too_common")]
    [InlineData("ada.lovelace", "too_common")]
    [InlineData("Ada.Lovelace@example.com", "too_common")]
    [InlineData("correct horse battery", null)]
    [InlineData("ünïcödé pässwörd 🐴", null)]
    public void Length_counts_and_what_everybody_guesses_is_refused(string password, string? refusal) =>
        PasswordPolicy.Refusal(password, "ada.lovelace@example.com").ShouldBe(refusal);

    [Theory, InlineData(64, null), InlineData(128, null), InlineData(129, "too_long")]
    public void A_sentence_may_be_a_password_but_not_a_book(int length, string? refusal) =>
        PasswordPolicy
            .Refusal(string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i % 26))), "a@b.example")
            .ShouldBe(refusal);
}
