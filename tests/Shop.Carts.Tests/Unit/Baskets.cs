using CsCheck;
using Shop.Carts.Domain;

namespace Shop.Carts.Tests.Unit;

/// <summary>Carts, promotions and tables by chance and by hand.</summary>
internal static class Baskets
{
    public static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static readonly Gen<Rounding> Roundings = Gen.Bool.Select(up => up ? Rounding.HalfUp : Rounding.HalfEven);

    public static readonly Gen<CartLine[]> Lines = Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[1, CartLine.MaxQuantity], Gen.Int[0, 3])
        .Array[0, 12]
        .Select(all => all.Select((l, i) => Line($"SKU-{i}", l.Item1, l.Item2, i, Category(l.Item3), [Category(l.Item3)])).ToArray());

    public static readonly Gen<Promotion> Promotions = Gen.Select(
            Gen.Guid,
            Gen.Int[0, 3],
            Gen.Int[1, 10_000],
            Gen.Long[1, 2_000_000],
            Gen.Select(Gen.Int[1, 3], Gen.Int[1, 2]),
            Gen.Select(Gen.Int[0, 3], Gen.Bool, Gen.Bool, Gen.Int[-2, 2])
        )
        .Select(
            (id, kind, basisPoints, amount, quantities, more) =>
                Promotion((PromotionKind)kind, basisPoints, amount) with
                {
                    Id = id,
                    BuyQuantity = quantities.Item1,
                    GetQuantity = quantities.Item2,
                    Categories = more.Item1 == 3 ? [] : [Category(more.Item1)],
                    Stacks = more.Item2,
                    Code = more.Item3 ? id.ToString("N").ToUpperInvariant() : null,
                    Priority = more.Item4,
                }
        );

    public static readonly Gen<ShippingMethod[]> Methods = Gen.Select(Gen.Long[0, 2_000], Gen.Long[0, 2_000_000], Gen.Bool)
        .Array[1, 3]
        .Array[0, 2]
        .Select(all =>
            all.Select(
                    (rates, i) =>
                        new ShippingMethod
                        {
                            Code = $"method-{i}",
                            Name = "A method",
                            Rates =
                            [
                                .. rates.Select(r => new ShippingRate(
                                    r.Item1,
                                    MinSubtotalMinor: r.Item3 ? r.Item2 : null,
                                    MaxSubtotalMinor: r.Item3 ? null : r.Item2
                                )),
                            ],
                        }
                )
                .ToArray()
        );

    public static readonly Gen<PriceRules> Rules = Gen.Select(Promotions.Array[0, 10], Gen.Int[0, 2_500].Array[4], Methods)
        .Select(
            (promotions, rates, methods) =>
                PriceRules.Of(1, promotions, rates.Select((r, i) => new TaxRate("DE", i == 3 ? TaxRate.Shipping : Category(i), r)), methods)
        );

    public static string Category(int i) => $"category-{i}";

    public static Promotion Promotion(PromotionKind kind, int basisPoints = 0, long amount = 0) =>
        new()
        {
            Id = Guid.NewGuid(),
            Name = "A promotion",
            Kind = kind,
            BasisPoints = basisPoints,
            AmountMinor = amount,
        };

    public static CartLine Line(
        string sku,
        long price,
        int quantity,
        int position = 1,
        string? tax = null,
        string[]? categories = null,
        int? weight = null
    )
    {
        var line = new CartLine
        {
            Sku = sku,
            Quantity = quantity,
            Position = position,
        };
        line.Accept(
            new Offer
            {
                Sku = sku,
                PriceMinor = price,
                Currency = "EUR",
                TaxCategory = tax,
                Categories = categories ?? [],
                WeightGrams = weight,
            }
        );
        return line;
    }

    public static PricedCart Price(this Pricing pricing, CartLine[] lines, params Promotion[] promotions) =>
        pricing.Price(lines, PriceRules.Of(1, promotions, [], []), With(promotions));

    public static Shopping With(params IEnumerable<Promotion> promotions) =>
        new(Noon) { Country = "DE", Codes = [.. promotions.Select(p => p.Code).OfType<string>()] };
}
