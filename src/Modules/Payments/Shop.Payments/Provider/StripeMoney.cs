using Shop.BuildingBlocks.Contracts;

namespace Shop.Payments.Provider;

/// <summary>
/// The provider's way of writing amounts. It counts two decimals for ISK and UGX although ISO 4217 has none; everything else the shop can
/// charge is written alike.
/// </summary>
internal static class StripeMoney
{
    public static long ToStripe(Money amount) => checked(amount.Minor * Factor(amount.Currency));

    /// <summary>An amount that is no whole number of our minor units comes back with a currency that matches nothing.</summary>
    public static Money FromStripe(long amount, string currency)
    {
        var code = currency.ToUpperInvariant();
        return amount % Factor(code) == 0 ? new(amount / Factor(code), code) : new(amount, $"{code}?");
    }

    private static int Factor(string currency) => currency is "ISK" or "UGX" ? 100 : 1;
}
