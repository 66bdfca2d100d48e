namespace Shop.Carts;

/// <summary>The section <c>Carts</c> of the configuration.</summary>
public sealed class CartsOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Carts";

    /// <summary>ISO 4217 code of the currency that new carts are in.</summary>
    public string Currency { get; set; } = "";

    /// <summary>The flat tax, in hundredths of a percent: 1900 is 19 %.</summary>
    public int? TaxBasisPoints { get; set; }

    /// <summary>What the one shipping method costs before tax, in minor units of <see cref="Currency"/>.</summary>
    public long? ShippingMinor { get; set; }

    /// <summary>True when the shop can calculate with it.</summary>
    public bool IsComplete() =>
        Currency.Length == 3 && Currency.All(char.IsAsciiLetterUpper) && TaxBasisPoints is >= 0 and <= 10_000 && ShippingMinor >= 0;
}
