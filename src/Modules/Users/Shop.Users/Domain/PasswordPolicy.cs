using System.Collections.Frozen;

namespace Shop.Users.Domain;

/// <summary>Which passwords are refused. Length counts, not the kinds of characters (NIST SP 800-63B).</summary>
public static class PasswordPolicy
{
    /// <summary>Shortest password, in characters.</summary>
    public const int MinLength = 8;

    /// <summary>Longest password; hashing must not become a way to keep us busy.</summary>
    public const int MaxLength = 128;

    private static readonly FrozenSet<string> Common = ReadCommon();

    /// <summary>Why a new password is refused, as a stable code; null when it is fine.</summary>
    /// <param name="password">The password.</param>
    /// <param name="email">The account's address: no password either.</param>
    public static string? Refusal(string password, string email)
    {
        if (password.Length < MinLength)
            return "too_short";
        if (password.Length > MaxLength)
            return "too_long";
        var folded = password.ToLowerInvariant();
        var address = EmailAddress.Normalize(email);
        var isCommon = Common.Contains(folded) || folded == address || folded == address.Split('@')[0] || folded.Distinct().Count() < 3;
        return isCommon ? "too_common" : null;
    }

    private static FrozenSet<string> ReadCommon()
    {
        using var stream = typeof(PasswordPolicy).Assembly.GetManifestResourceStream("Shop.Users.Domain.common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();
    }
}
