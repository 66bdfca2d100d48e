using System.Globalization;

namespace Shop.Products.Domain;

/// <summary>Reads written prices into minor units.</summary>
public static class Prices
{
    private static readonly string[] WithoutMinor =
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ];

    private static readonly string[] WithThousandths = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    /// <summary>True for what looks like a currency of ISO 4217.</summary>
    public static bool IsCurrency(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper);

    /// <summary>Writes an amount as <see cref="TryParse"/> reads it.</summary>
    public static string Text(long minor, string currency)
    {
        var digits = Exponent(currency);
        return new decimal((int)(minor & 0xFFFFFFFF), (int)(minor >> 32), 0, false, (byte)digits).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Digits after the point in ISO 4217.</summary>
    public static int Exponent(string currency) =>
        WithoutMinor.Contains(currency) ? 0
        : WithThousandths.Contains(currency) ? 3
        : 2;

    /// <summary>
    /// Reads <c>19.99</c>. A comma, a sign, an exponent or more digits than the currency has are refused rather than guessed at; zeros
    /// beyond its digits are allowed, as exports write them.
    /// </summary>
    public static bool TryParse(string text, string currency, out long minor)
    {
        minor = 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value > Limits.Price)
            return false;
        for (var i = Exponent(currency); i > 0; i--)
            value *= 10;
        if (value != decimal.Truncate(value) || value > Limits.Price)
            return false;
        minor = (long)value;
        return true;
    }
}
