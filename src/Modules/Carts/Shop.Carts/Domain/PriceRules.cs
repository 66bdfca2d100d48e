using System.ComponentModel;

namespace Shop.Carts.Domain;

/// <summary>Everything staff say about prices of a basket, as of one version. Immutable, so that it may be shared and cached.</summary>
/// <param name="Version">Rises with each change of any of them.</param>
/// <param name="Promotions">Those that have not ended, in the order in which they are applied.</param>
/// <param name="TaxRates">The built-in table.</param>
/// <param name="ShippingMethods">By code; empty while staff have made none.</param>
[ImmutableObject(true)]
public sealed record PriceRules(
    long Version,
    IReadOnlyList<Promotion> Promotions,
    IReadOnlyList<TaxRate> TaxRates,
    IReadOnlyList<ShippingMethod> ShippingMethods
)
{
    /// <summary>A shop in which staff have said nothing.</summary>
    public static readonly PriceRules None = new(0, [], [], []);

    private Dictionary<string, Promotion>? _byCode;

    /// <summary>The promotion of a code, in capitals; null when there is none.</summary>
    public Promotion? Find(string code) =>
        (_byCode ??= Promotions.Where(p => p.Code is not null).ToDictionary(p => p.Code!)).GetValueOrDefault(code);

    /// <summary>Those which the cart may get by itself or by a code, if time and money allow.</summary>
    public IEnumerable<Promotion> Candidates(IReadOnlyCollection<string> codes) =>
        Promotions.Where(p => p.Code is null || codes.Contains(p.Code));

    /// <summary>In the order in which they are applied, whatever order they came in.</summary>
    public static PriceRules Of(
        long version,
        IEnumerable<Promotion> promotions,
        IEnumerable<TaxRate> taxRates,
        IEnumerable<ShippingMethod> shippingMethods
    ) =>
        new(
            version,
            [.. promotions.OrderBy(p => p.Stage).ThenBy(p => p.Priority).ThenBy(p => p.Id)],
            [.. taxRates],
            [.. shippingMethods.OrderBy(m => m.Code, StringComparer.Ordinal)]
        );
}
