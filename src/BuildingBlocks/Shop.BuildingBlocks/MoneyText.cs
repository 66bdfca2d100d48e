using System.Collections.Frozen;
using System.Globalization;
using Shop.BuildingBlocks.Contracts;

namespace Shop.BuildingBlocks;

/// <summary>Amounts as people read them.</summary>
public static class MoneyText
{
    // ISO 4217; every currency not named here has two decimals.
    private static readonly FrozenDictionary<string, int> Exponents = new[]
    {
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    }
        .SelectMany(row => row.Item2.Split(' ').Select(currency => KeyValuePair.Create(currency, row.Item1)))
        .ToFrozenDictionary();

    /// <summary>How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD.</summary>
    public static int Exponent(string currency) => Exponents.GetValueOrDefault(currency, 2);

    /// <summary>The amount with its currency's decimals and code: <c>19.99 EUR</c>, <c>2000 JPY</c>.</summary>
    public static string Format(Money amount)
    {
        var exponent = Exponent(amount.Currency);
        var units = amount.Minor / (decimal)Math.Pow(10, exponent);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{units.ToString("F" + exponent, CultureInfo.InvariantCulture)} {amount.Currency}"
        );
    }
}
