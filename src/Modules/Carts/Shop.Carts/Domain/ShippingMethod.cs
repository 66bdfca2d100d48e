namespace Shop.Carts.Domain;

/// <summary>A price of a shipping method and when it holds.</summary>
/// <param name="PriceMinor">As listed, in minor units of the shop's currency.</param>
/// <param name="Countries">ISO 3166 codes; empty for all countries that no rate of the method names.</param>
/// <param name="MinWeightGrams">The parcel weighs at least this; null for no bound.</param>
/// <param name="MaxWeightGrams">The parcel weighs at most this; null for no bound.</param>
/// <param name="MinSubtotalMinor">
/// The lines come to at least this as listed, so that a discount never makes the parcel dearer; null for no bound.
/// </param>
/// <param name="MaxSubtotalMinor">The lines come to at most this as listed; null for no bound.</param>
public sealed record ShippingRate(
    long PriceMinor,
    IReadOnlyList<string>? Countries = null,
    long? MinWeightGrams = null,
    long? MaxWeightGrams = null,
    long? MinSubtotalMinor = null,
    long? MaxSubtotalMinor = null
)
{
    internal bool Names(string? country) => country is not null && Countries?.Contains(country) == true;

    internal bool IsForTheRest => Countries is null or { Count: 0 };

    internal bool Holds(long weightGrams, long subtotalMinor) =>
        !(weightGrams < MinWeightGrams)
        && !(weightGrams > MaxWeightGrams)
        && !(subtotalMinor < MinSubtotalMinor)
        && !(subtotalMinor > MaxSubtotalMinor);
}

/// <summary>A way to send a parcel.</summary>
public sealed record ShippingMethod
{
    /// <summary>The code of the one method that there is while staff have made none.</summary>
    public const string Standard = "standard";

    /// <summary>Its name in the API.</summary>
    public required string Code { get; init; }

    /// <summary>As shoppers read it.</summary>
    public required string Name { get; init; }

    /// <summary>The cheapest that holds counts; rates that name the country before those for the rest.</summary>
    public required IReadOnlyList<ShippingRate> Rates { get; init; }

    /// <summary>Rises with each change; the ETag.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The price as listed; null when it does not go there, or not with this.</summary>
    public long? Price(string? country, long weightGrams, long subtotalMinor)
    {
        var named = Rates.Any(r => r.Names(country));
        return Rates
            .Where(r => (named ? r.Names(country) : r.IsForTheRest) && r.Holds(weightGrams, subtotalMinor))
            .Min(r => (long?)r.PriceMinor);
    }
}

/// <summary>A method with what it would cost.</summary>
/// <param name="Code">The method.</param>
/// <param name="Name">As shoppers read it.</param>
/// <param name="PriceMinor">As listed.</param>
public sealed record ShippingOffer(string Code, string Name, long PriceMinor);
