namespace Shop.Carts.Domain;

/// <summary>What a zone asks of a category of goods.</summary>
/// <param name="Country">ISO 3166 code, or <see cref="Anywhere"/>.</param>
/// <param name="Category">Tax category of the goods; <see cref="Standard"/>, or <see cref="Shipping"/> for the parcel.</param>
/// <param name="BasisPoints">Hundredths of a percent.</param>
public sealed record TaxRate(string Country, string Category, int BasisPoints)
{
    /// <summary>The zone of all countries that have no rate of their own.</summary>
    public const string Anywhere = "*";

    /// <summary>What goods without a category are, and what counts for a category without a rate.</summary>
    public const string Standard = "standard";

    /// <summary>The parcel's; the standard rate when there is none.</summary>
    public const string Shipping = "shipping";
}

/// <summary>Finds rates: the country's own before anywhere's, and there the category's own before the standard one.</summary>
public sealed class TaxTable
{
    private readonly Dictionary<(string, string), int> _rates;
    private readonly int _otherwise;

    /// <param name="rates">At most one for each country and category.</param>
    /// <param name="otherwise">Basis points where no rate is found.</param>
    public TaxTable(IEnumerable<TaxRate> rates, int otherwise)
    {
        _rates = rates.ToDictionary(r => (r.Country, r.Category), r => r.BasisPoints);
        _otherwise = otherwise;
    }

    /// <summary>Basis points.</summary>
    public int Find(string? country, string? category)
    {
        category ??= TaxRate.Standard;
        if (_rates.Count == 0)
            return _otherwise;
        foreach (var zone in (ReadOnlySpan<string?>)[country, TaxRate.Anywhere])
            if (
                zone is not null
                && (_rates.TryGetValue((zone, category), out var rate) || _rates.TryGetValue((zone, TaxRate.Standard), out rate))
            )
                return rate;
        return _otherwise;
    }
}
