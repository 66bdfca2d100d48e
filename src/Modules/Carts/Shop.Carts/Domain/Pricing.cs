namespace Shop.Carts.Domain;

/// <summary>A line with what it costs, in minor units.</summary>
/// <param name="Line">The line.</param>
/// <param name="SubtotalMinor">Before tax.</param>
/// <param name="TaxMinor">Tax on the whole line.</param>
public readonly record struct PricedLine(CartLine Line, long SubtotalMinor, long TaxMinor)
{
    /// <summary>Including tax.</summary>
    public long TotalMinor => SubtotalMinor + TaxMinor;
}

/// <summary>A cart with what it costs, in minor units.</summary>
/// <param name="Lines">In the order in which they were added.</param>
/// <param name="SubtotalMinor">Lines before tax.</param>
/// <param name="ShippingMinor">Shipping before tax.</param>
/// <param name="TaxMinor">All tax: on each line and on shipping.</param>
public sealed record PricedCart(IReadOnlyList<PricedLine> Lines, long SubtotalMinor, long ShippingMinor, long TaxMinor)
{
    /// <summary>What the payer pays.</summary>
    public long TotalMinor => checked(SubtotalMinor + ShippingMinor + TaxMinor);
}

/// <summary>Reckons with one flat tax rate and one shipping method, in whole minor units.</summary>
/// <param name="TaxBasisPoints">Hundredths of a percent.</param>
/// <param name="FlatShippingMinor">Before tax; an empty cart ships nothing.</param>
public sealed record Pricing(int TaxBasisPoints, long FlatShippingMinor)
{
    /// <summary>Code of the one shipping method.</summary>
    public const string ShippingMethod = "standard";

    /// <summary>Each line's tax is rounded by itself, half to even, so lines, shipping and tax add up to the total.</summary>
    public PricedCart Price(IEnumerable<CartLine> lines)
    {
        var priced = lines.OrderBy(l => l.Position).Select(Price).ToArray();
        var shipping = priced.Length == 0 ? 0 : FlatShippingMinor;
        return new(priced, priced.Sum(l => l.SubtotalMinor), shipping, checked(priced.Sum(l => l.TaxMinor) + Tax(shipping)));
    }

    private PricedLine Price(CartLine line)
    {
        var subtotal = checked(line.UnitPriceMinor * line.Quantity);
        return new(line, subtotal, Tax(subtotal));
    }

    private long Tax(long minor)
    {
        const int one = 10_000;
        var (whole, rest) = Int128.DivRem((Int128)minor * TaxBasisPoints, one);
        var up = rest > one / 2 || (rest == one / 2 && Int128.IsOddInteger(whole));
        return checked((long)(up ? whole + 1 : whole));
    }
}
