namespace Shop.Carts.Domain;

/// <summary>A line with what it costs, in minor units.</summary>
/// <param name="Line">The line.</param>
/// <param name="SubtotalMinor">As listed, before discounts.</param>
/// <param name="DiscountMinor">What promotions take off.</param>
/// <param name="TaxBasisPoints">The rate, in hundredths of a percent.</param>
/// <param name="TaxMinor">Tax on what is left.</param>
/// <param name="TotalMinor">What the payer pays for it, tax included.</param>
public readonly record struct PricedLine(
    CartLine Line,
    long SubtotalMinor,
    long DiscountMinor,
    int TaxBasisPoints,
    long TaxMinor,
    long TotalMinor
);

/// <summary>A promotion that reduces the cart.</summary>
/// <param name="Promotion">Which.</param>
/// <param name="AmountMinor">What it takes off, as listed prices go: of the lines, or of shipping.</param>
public sealed record AppliedPromotion(Promotion Promotion, long AmountMinor);

/// <summary>A cart with what it costs, in minor units.</summary>
/// <param name="Lines">In the order in which they were added.</param>
/// <param name="SubtotalMinor">Lines as listed, before discounts.</param>
/// <param name="DiscountMinor">What promotions take off the lines.</param>
/// <param name="ShippingMinor">Shipping as listed, after promotions.</param>
/// <param name="ShippingTaxMinor">Tax on shipping.</param>
/// <param name="TaxMinor">All tax: on each line and on shipping.</param>
/// <param name="TotalMinor">What the payer pays.</param>
/// <param name="PricesIncludeTax">Listed prices have the tax in them; else it comes on top.</param>
/// <param name="ShippingMethod">The method's code; empty when none goes there.</param>
/// <param name="Promotions">Those that count, in the order in which they were applied.</param>
/// <param name="Refusals">Why a code on the cart does not count, by code.</param>
public sealed record PricedCart(
    IReadOnlyList<PricedLine> Lines,
    long SubtotalMinor,
    long DiscountMinor,
    long ShippingMinor,
    long ShippingTaxMinor,
    long TaxMinor,
    long TotalMinor,
    bool PricesIncludeTax,
    string ShippingMethod,
    IReadOnlyList<AppliedPromotion> Promotions,
    IReadOnlyDictionary<string, string> Refusals
);

/// <summary>What a cart is priced for, besides its lines.</summary>
/// <param name="Now">Promotions run by this time.</param>
public sealed record Shopping(DateTimeOffset Now)
{
    /// <summary>Where the parcel goes, ISO 3166; null for the shop's own country.</summary>
    public string? Country { get; init; }

    /// <summary>The method the shopper chose; the cheapest when null, or when it does not go there.</summary>
    public string? ShippingMethod { get; init; }

    /// <summary>Codes on the cart, in capitals.</summary>
    public IReadOnlyCollection<string> Codes { get; init; } = [];

    /// <summary>Promotions this shopper can't have, and why.</summary>
    public IReadOnlyDictionary<Guid, string> Barred { get; init; } = new Dictionary<Guid, string>();

    /// <summary>An outside service's rates by tax category; where it says nothing the built-in table counts.</summary>
    public IReadOnlyDictionary<string, int> OutsideTax { get; init; } = new Dictionary<string, int>();

    /// <summary>An outside service's prices by shipping method; where it says nothing the built-in rates count.</summary>
    public IReadOnlyDictionary<string, long> OutsideShipping { get; init; } = new Dictionary<string, long>();
}

/// <summary>
/// Reckons what a cart costs, in whole minor units: promotions on what is left after those before them, tax on what is left after all, by
/// line and for shipping. A pure function.
/// </summary>
/// <param name="TaxBasisPoints">The flat tax where no rate is found, in hundredths of a percent.</param>
/// <param name="FlatShippingMinor">What the one method costs while staff have made none; an empty cart ships nothing.</param>
/// <param name="PricesIncludeTax">Listed prices, of goods and of shipping, have the tax in them.</param>
/// <param name="Country">The shop's own; null when it does not say.</param>
/// <param name="Rounding">Where half a minor unit goes.</param>
public sealed record Pricing(
    int TaxBasisPoints,
    long FlatShippingMinor,
    bool PricesIncludeTax = false,
    string? Country = null,
    Rounding Rounding = Rounding.HalfEven
)
{
    /// <summary>The cart with what it costs.</summary>
    public PricedCart Price(IEnumerable<CartLine> cartLines, PriceRules rules, Shopping shopping)
    {
        var lines = cartLines.OrderBy(l => l.Position).ToArray();
        var taxes = new TaxTable(rules.TaxRates, TaxBasisPoints);
        var listed = Array.ConvertAll(lines, l => checked(l.UnitPriceMinor * l.Quantity));
        var weight = lines.Sum(l => (long)(l.WeightGrams ?? 0) * l.Quantity);
        var fee = Fee(Offers(rules, shopping, weight, listed.Sum()), shopping);
        var fare = lines.Length == 0 ? 0 : fee?.PriceMinor ?? 0;
        var reductions = Reductions.Best(lines, listed, rules, shopping, Rounding, fare);

        var priced = new PricedLine[lines.Length];
        long tax = 0;
        long total = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var amount = listed[i] - reductions.LinesMinor[i];
            var rate = Rate(lines[i].TaxCategory ?? TaxRate.Standard, taxes, shopping);
            var taxed = Amounts.Tax(amount, rate, PricesIncludeTax, Rounding);
            priced[i] = new(lines[i], listed[i], reductions.LinesMinor[i], rate, taxed, PricesIncludeTax ? amount : amount + taxed);
            tax = checked(tax + taxed);
            total = checked(total + priced[i].TotalMinor);
        }
        var shipping = reductions.ShipsFree ? 0 : fare;
        var shippingTax = Amounts.Tax(shipping, Rate(TaxRate.Shipping, taxes, shopping), PricesIncludeTax, Rounding);
        return new(
            priced,
            listed.Sum(),
            reductions.LinesMinor.Sum(),
            shipping,
            shippingTax,
            checked(tax + shippingTax),
            checked(total + shipping + (PricesIncludeTax ? 0 : shippingTax)),
            PricesIncludeTax,
            fee?.Code ?? "",
            reductions.Applied,
            reductions.Refusals
        );
    }

    /// <summary>The methods that take the cart where it goes, cheapest first.</summary>
    public IReadOnlyList<ShippingOffer> Offers(PriceRules rules, Shopping shopping, long weightGrams, long subtotalMinor)
    {
        if (rules.ShippingMethods.Count == 0)
            return
            [
                new(
                    ShippingMethod.Standard,
                    "Standard",
                    shopping.OutsideShipping.GetValueOrDefault(ShippingMethod.Standard, FlatShippingMinor)
                ),
            ];
        return
        [
            .. rules
                .ShippingMethods.Select(m => (m, Price: Price(m)))
                .Where(o => o.Price is not null)
                .Select(o => new ShippingOffer(o.m.Code, o.m.Name, o.Price!.Value))
                .OrderBy(o => o.PriceMinor)
                .ThenBy(o => o.Code, StringComparer.Ordinal),
        ];

        // An outside service prices what goes; whether it goes is the shop's own table's to say.
        long? Price(ShippingMethod method) =>
            method.Price(shopping.Country ?? Country, weightGrams, subtotalMinor) is not { } price ? null
            : shopping.OutsideShipping.TryGetValue(method.Code, out var outside) ? outside
            : price;
    }

    private static ShippingOffer? Fee(IReadOnlyList<ShippingOffer> offers, Shopping shopping) =>
        offers.FirstOrDefault(o => o.Code == shopping.ShippingMethod) ?? offers.FirstOrDefault();

    private int Rate(string category, TaxTable table, Shopping shopping) =>
        shopping.OutsideTax.TryGetValue(category, out var outside) ? outside : table.Find(shopping.Country ?? Country, category);
}
