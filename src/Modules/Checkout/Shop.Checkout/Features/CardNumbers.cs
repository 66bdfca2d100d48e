namespace Shop.Checkout.Features;

/// <summary>Finds what may be a card number, so that none is ever stored, sent on or logged: the shop takes the provider's tokens only.</summary>
public static class CardNumbers
{
    private const int Shortest = 13;
    private const int Longest = 19;

    /// <summary>
    /// True when a run of 13 to 19 digits, however grouped, has a card number's check digit. A run that touches a letter is part of an
    /// identifier, in which such runs come about by chance.
    /// </summary>
    public static bool MayContain(string? text)
    {
        if (text is null || text.Length < Shortest)
            return false;
        Span<int> digits = stackalloc int[Longest];
        var (count, alone) = (0, true);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\0';
            if (char.IsAsciiDigit(c))
            {
                if (count == 0)
                    alone = i == 0 || !char.IsLetter(text[i - 1]);
                if (count < Longest)
                    digits[count] = c - '0';
                count++;
            }
            else if (!IsSeparator(c))
            {
                alone &= count == 0 || !char.IsLetter(c) || !char.IsAsciiDigit(text[i - 1]);
                if (alone && count is >= Shortest and <= Longest && IsLuhn(digits[..count]))
                    return true;
                count = 0;
            }
        }
        return false;
    }

    /// <summary>True when the whole text is one: for identifiers, which may hold a long run of digits by chance.</summary>
    public static bool MayBe(string text) => MayContain(text) && text.All(c => char.IsAsciiDigit(c) || IsSeparator(c));

    private static bool IsSeparator(char c) => c is ' ' or '-' or '.';

    private static bool IsLuhn(ReadOnlySpan<int> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] * (i % 2 == 0 ? 1 : 2);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0;
    }
}
