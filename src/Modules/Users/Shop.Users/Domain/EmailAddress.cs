using System.Text.RegularExpressions;

namespace Shop.Users.Domain;

/// <summary>E-mail addresses as the shop compares them.</summary>
public static partial class EmailAddress
{
    /// <summary>Longest address that mail can carry (RFC 5321).</summary>
    public const int MaxLength = 254;

    /// <summary>One spelling for each address: two accounts can't differ by case or blanks alone.</summary>
    public static string Normalize(string email) => email.Trim().ToLowerInvariant();

    /// <summary>True for what could be an address; whether it is one, only a mail to it shows.</summary>
    public static bool IsPlausible(string email) => email.Length <= MaxLength && Form().IsMatch(email.Trim());

    // No blanks and no control characters: an address ends up in mail headers.
    [GeneratedRegex(@"^[^@\s\p{C}<>"",;]+@[^@\s\p{C}<>"",;]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
