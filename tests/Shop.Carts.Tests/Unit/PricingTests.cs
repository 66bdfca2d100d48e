using CsCheck;
using Shop.Carts.Domain;

namespace Shop.Carts.Tests.Unit;

public sealed class PricingTests
{
    private static readonly Gen<CartLine[]> Lines = Gen.Select(Gen.Long[0, 100_000_000], Gen.Int[1, CartLine.MaxQuantity])
        .Array[0, Cart.MaxLines]
        .Select(all => all.Select((l, i) => Line($"SKU-{i}", l.Item1, l.Item2, i)).ToArray());

    [Fact]
    public void Lines_shipping_and_tax_add_up_to_the_total_whatever_is_bought() =>
        Gen.Select(Lines, Gen.Int[0, 10_000], Gen.Long[0, 100_000])
            .Sample(
                (lines, basisPoints, shipping) =>
                {
                    var cart = new Pricing(basisPoints, shipping).Price(lines);

                    var shippingTax = cart.TaxMinor - cart.Lines.Sum(l => l.TaxMinor);
                    return cart.SubtotalMinor + cart.ShippingMinor + cart.TaxMinor == cart.TotalMinor
                        && cart.Lines.Sum(l => l.TotalMinor) + cart.ShippingMinor + shippingTax == cart.TotalMinor
                        && cart.SubtotalMinor == lines.Sum(l => l.UnitPriceMinor * l.Quantity)
                        && cart.Lines.All(l => IsRounded(l.SubtotalMinor, l.TaxMinor, basisPoints))
                        && IsRounded(cart.ShippingMinor, shippingTax, basisPoints);
                }
            );

    [Theory]
    [InlineData(50, 1_000, 5)] // 5.0
    [InlineData(25, 1_000, 2)] // 2.5 goes to the even 2
    [InlineData(35, 1_000, 4)] // 3.5 goes to the even 4
    [InlineData(26, 1_000, 3)] // 2.6
    [InlineData(1999, 1_900, 380)] // 379.81
    [InlineData(100, 0, 0)]
    public void Half_a_cent_goes_to_the_even_side(long price, int basisPoints, long tax) =>
        new Pricing(basisPoints, 0).Price([Line("SKU", price, 1)]).TaxMinor.ShouldBe(tax);

    [Fact]
    public void Shipping_is_taxed_and_an_empty_cart_ships_nothing()
    {
        new Pricing(1900, 490)
            .Price([Line("SKU", 1000, 1)])
            .ShouldSatisfyAllConditions(
                c => c.ShippingMinor.ShouldBe(490),
                c => c.TaxMinor.ShouldBe(190 + 93),
                c => c.TotalMinor.ShouldBe(1773)
            );
        new Pricing(1900, 490).Price([]).TotalMinor.ShouldBe(0);
    }

    // Never further than half a minor unit from the exact tax.
    private static bool IsRounded(long minor, long tax, int basisPoints) =>
        Int128.Abs(((Int128)minor * basisPoints) - ((Int128)tax * 10_000)) <= 5_000;

    private static CartLine Line(string sku, long price, int quantity, int position = 1)
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
            }
        );
        return line;
    }
}
