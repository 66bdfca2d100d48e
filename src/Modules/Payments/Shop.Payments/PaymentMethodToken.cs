using System.Text.RegularExpressions;

namespace Shop.Payments;

/// <summary>A provider's token for a payer's means, such as <c>pm_1NO6mA2eZvKYlo2C</c>.</summary>
internal static partial class PaymentMethodToken
{
    /// <summary>False for anything that could be a card number or no token at all; it is neither stored nor sent.</summary>
    public static bool IsValid(string token) => Shape().IsMatch(token);

    [GeneratedRegex("^[a-z]{2,10}_[A-Za-z0-9_]{3,200}$")]
    private static partial Regex Shape();
}
