namespace Shop.Carts.Domain;

/// <summary>Where half a minor unit goes.</summary>
public enum Rounding
{
    /// <summary>To the even neighbour, so that many halves don't add up in one direction.</summary>
    HalfEven,

    /// <summary>Away from zero.</summary>
    HalfUp,
}

/// <summary>Arithmetic with whole minor units. Amounts are not negative.</summary>
public static class Amounts
{
    /// <summary>Hundredths of a percent in a whole.</summary>
    public const int Whole = 10_000;

    /// <summary><paramref name="minor"/> × <paramref name="part"/> ÷ <paramref name="of"/>, rounded once.</summary>
    public static long Share(long minor, long part, long of, Rounding rounding)
    {
        var (whole, rest) = Int128.DivRem((Int128)minor * part, of);
        var up = rest * 2 > of || (rest * 2 == of && (rounding is Rounding.HalfUp || Int128.IsOddInteger(whole)));
        return checked((long)(up ? whole + 1 : whole));
    }

    /// <summary>The tax on an amount.</summary>
    /// <param name="minor">Before tax, or with it.</param>
    /// <param name="basisPoints">The rate in hundredths of a percent.</param>
    /// <param name="isIncluded">The tax is in the amount already.</param>
    /// <param name="rounding">Where half a minor unit goes.</param>
    public static long Tax(long minor, int basisPoints, bool isIncluded, Rounding rounding) =>
        Share(minor, basisPoints, isIncluded ? Whole + basisPoints : Whole, rounding);

    /// <summary>
    /// Splits an amount along weights by largest remainder, ties to the first: the parts add up to it, and no part is greater than its weight
    /// as long as the amount is not greater than all weights together.
    /// </summary>
    public static long[] Split(long minor, IReadOnlyList<long> weights)
    {
        var parts = new long[weights.Count];
        var all = (Int128)0;
        foreach (var weight in weights)
            all += weight;
        if (all == 0)
            return parts;
        var rests = new (Int128 Remainder, int At)[parts.Length];
        var left = minor;
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, rest) = Int128.DivRem((Int128)minor * weights[i], all);
            parts[i] = (long)part;
            left -= parts[i];
            rests[i] = (rest, i);
        }
        if (left == 0)
            return parts;
        Array.Sort(rests, (a, b) => a.Remainder != b.Remainder ? b.Remainder.CompareTo(a.Remainder) : a.At.CompareTo(b.At));
        for (var i = 0; i < left; i++)
            parts[rests[i].At]++;
        return parts;
    }
}
