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
