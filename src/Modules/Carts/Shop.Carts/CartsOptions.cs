using Shop.Carts.Domain;

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

    /// <summary>Prices as listed have the tax in them, of goods and of shipping; else it comes on top.</summary>
    public bool PricesIncludeTax { get; set; }

    /// <summary>ISO 3166 code of the country a cart goes to while the shopper has not said; empty for none.</summary>
    public string Country { get; set; } = "";

    /// <summary>Where half a minor unit goes: HalfEven or HalfUp.</summary>
    public Rounding Rounding { get; set; } = Rounding.HalfEven;

    /// <summary>Minutes after its last change at which a cart with something in it counts as abandoned.</summary>
    public int AbandonedAfterMinutes { get; set; } = 60;

    /// <summary>Days after its last change at which an open cart expires.</summary>
    public int ExpiresAfterDays { get; set; } = 90;

    /// <summary>Address of an outside service for tax rates; empty for the built-in table.</summary>
    public string TaxServiceUrl { get; set; } = "";

    /// <summary>Address of an outside service for shipping prices; empty for the built-in rates.</summary>
    public string RateServiceUrl { get; set; } = "";

    /// <summary>Milliseconds that a request waits for an outside service before the last known answer counts.</summary>
    public int OutsideMilliseconds { get; set; } = 800;

    /// <summary>Seconds for which an outside service's answer is taken as fresh; 0 to ask each time.</summary>
    public int OutsideFreshSeconds { get; set; } = 600;

    /// <summary>True when the shop can calculate with it.</summary>
    public bool IsComplete() =>
        Currency.Length == 3
        && Currency.All(char.IsAsciiLetterUpper)
        && TaxBasisPoints is >= 0 and <= 10_000
        && ShippingMinor >= 0
        && (Country.Length == 0 || (Country.Length == 2 && Country.All(char.IsAsciiLetterUpper)))
        && Enum.IsDefined(Rounding)
        && AbandonedAfterMinutes > 0
        && ExpiresAfterDays > 0
        && OutsideMilliseconds is > 0 and <= 3_000
        && OutsideFreshSeconds >= 0
        && IsAddress(TaxServiceUrl)
        && IsAddress(RateServiceUrl);

    private static bool IsAddress(string url) =>
        url.Length == 0 || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https"));
}
