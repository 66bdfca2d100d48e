namespace Shop.Carts.Domain;

/// <summary>What promotions take off a cart.</summary>
internal sealed class Reductions
{
    private readonly List<AppliedPromotion> _applied = [];

    private Reductions(int lines) => LinesMinor = new long[lines];

    /// <summary>Taken off each line.</summary>
    public long[] LinesMinor { get; }

    /// <summary>Shipping costs nothing.</summary>
    public bool ShipsFree { get; private set; }

    /// <summary>Those that count, in order.</summary>
    public IReadOnlyList<AppliedPromotion> Applied => _applied;

    /// <summary>Why a code does not count.</summary>
    public IReadOnlyDictionary<string, string> Refusals { get; private set; } = new Dictionary<string, string>();

    private long SavedMinor => _applied.Sum(a => a.AmountMinor);

    /// <summary>
    /// The best for the shopper: all that stack, in their order, or one that stands alone. Of equals it is those that stack, then the first.
    /// </summary>
    public static Reductions Best(
        CartLine[] lines,
        long[] listed,
        PriceRules rules,
        Shopping shopping,
        Rounding rounding,
        long shippingMinor
    )
    {
        var refusals = new Dictionary<string, string>();
        var subtotal = listed.Sum();
        var candidates = new List<Promotion>();
        foreach (var code in shopping.Codes)
            if (rules.Find(code) is null)
                refusals[code] = "unknown";
        foreach (var promotion in rules.Candidates(shopping.Codes))
            if (Refusal(promotion, shopping, subtotal, lines) is not { } reason)
                candidates.Add(promotion);
            else if (promotion.Code is { } code)
                refusals[code] = reason;

        var best = Of(candidates.Where(p => p.Stacks));
        foreach (var alone in candidates.Where(p => !p.Stacks))
            if (Of([alone]) is var other && other.SavedMinor > best.SavedMinor)
                best = other;
        foreach (var promotion in candidates.Where(p => p.Code is not null && !best._applied.Exists(a => a.Promotion.Id == p.Id)))
            refusals[promotion.Code!] =
                best._applied.Count > 0 && (!promotion.Stacks || !best._applied[0].Promotion.Stacks) ? "does_not_combine" : "saves_nothing";
        best.Refusals = refusals;
        return best;

        Reductions Of(IEnumerable<Promotion> promotions)
        {
            var result = new Reductions(lines.Length);
            foreach (var promotion in promotions)
                result.Apply(promotion, lines, listed, rounding, shippingMinor);
            return result;
        }
    }

    private static string? Refusal(Promotion promotion, Shopping shopping, long subtotal, CartLine[] lines) =>
        promotion.NotRunning(shopping.Now)
        ?? shopping.Barred.GetValueOrDefault(promotion.Id)
        ?? (
            subtotal < promotion.MinSubtotalMinor ? "minimum_subtotal"
            : !Array.Exists(lines, promotion.Takes) ? "nothing_matches"
            : null
        );

    private void Apply(Promotion promotion, CartLine[] lines, long[] listed, Rounding rounding, long shippingMinor)
    {
        if (promotion.Kind is PromotionKind.FreeShipping)
        {
            // Nobody's use of a promotion is spent on what costs nothing anyway.
            if (ShipsFree || shippingMinor == 0)
                return;
            _applied.Add(new(promotion, shippingMinor));
            ShipsFree = true;
            return;
        }
        var left = new long[lines.Length];
        for (var i = 0; i < lines.Length; i++)
            left[i] = promotion.Takes(lines[i]) ? listed[i] - LinesMinor[i] : 0;
        var cuts = promotion.Kind switch
        {
            PromotionKind.Percentage => Amounts.Split(Amounts.Share(left.Sum(), promotion.BasisPoints, Amounts.Whole, rounding), left),
            PromotionKind.Fixed => Amounts.Split(Math.Min(promotion.AmountMinor, left.Sum()), left),
            _ => Cheapest(promotion, lines, left, rounding),
        };
        for (var i = 0; i < cuts.Length; i++)
            LinesMinor[i] += cuts[i];
        if (cuts.Sum() is > 0 and var saved)
            _applied.Add(new(promotion, saved));
    }

    private static long[] Cheapest(Promotion promotion, CartLine[] lines, long[] left, Rounding rounding)
    {
        var cuts = new long[lines.Length];
        var taken = Enumerable.Range(0, lines.Length).Where(i => promotion.Takes(lines[i])).ToArray();
        var pieces = taken.Sum(i => (long)lines[i].Quantity);
        var reduced = pieces / (promotion.BuyQuantity + promotion.GetQuantity) * promotion.GetQuantity;
        // By the price of a piece now, without dividing: a/b < c/d as a·d < c·b.
        Array.Sort(
            taken,
            (a, b) =>
                ((Int128)left[a] * lines[b].Quantity).CompareTo((Int128)left[b] * lines[a].Quantity) is not 0 and var byPrice
                    ? byPrice
                    : a.CompareTo(b)
        );
        foreach (var i in taken)
        {
            var here = Math.Min(reduced, lines[i].Quantity);
            var amount = Amounts.Share(left[i], here, lines[i].Quantity, rounding);
            cuts[i] = Amounts.Share(amount, promotion.BasisPoints, Amounts.Whole, rounding);
            reduced -= here;
        }
        return cuts;
    }
}
