using Shop.Carts.Domain;

namespace Shop.Carts.Data;

/// <summary>Brings together what a cart's price depends on.</summary>
public sealed class CartPricer(Pricing pricing, PriceRulesCache cache, OutsideRates outside, TimeProvider clock)
{
    /// <summary>Prices a cart by the rules of a version that was just read; asks the database once more only when promotions are limited.</summary>
    /// <param name="db">Reads through this connection.</param>
    /// <param name="cart">With its lines.</param>
    /// <param name="version">The rules'; null when it was not read yet.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="country">Where it goes, when it's known better than the cart knows it.</param>
    public async Task<PricedCart> PriceAsync(
        CartsDbContext db,
        Cart cart,
        long? version,
        CancellationToken cancellationToken,
        string? country = null
    )
    {
        var rules = await RulesAsync(db, version, cancellationToken);
        var shopping = await ShoppingAsync(db, cart, rules, country, cancellationToken);
        return pricing.Price(cart.Lines, rules, shopping);
    }

    /// <summary>The ways a cart can go, with their prices.</summary>
    public async Task<IReadOnlyList<ShippingOffer>> OffersAsync(
        CartsDbContext db,
        Cart cart,
        string? country,
        CancellationToken cancellationToken
    )
    {
        var rules = await RulesAsync(db, null, cancellationToken);
        var shopping = await ShoppingAsync(db, cart, rules, country, cancellationToken);
        return pricing.Offers(rules, shopping, cart.WeightGrams, cart.SubtotalMinor);
    }

    /// <summary>The promotion of a code, and why this shopper can't have it now; null when there is no such code.</summary>
    public async Task<(Promotion Promotion, string? Refusal)?> FindAsync(
        CartsDbContext db,
        string code,
        Cart cart,
        CancellationToken cancellationToken
    )
    {
        var rules = await RulesAsync(db, null, cancellationToken);
        if (rules.Find(code) is not { } promotion)
            return null;
        var barred = await db.BarredAsync([promotion], cart, cancellationToken);
        return (promotion, promotion.NotRunning(clock.GetUtcNow()) ?? barred.GetValueOrDefault(promotion.Id));
    }

    /// <summary>
    /// Waits, as long as its deadline allows, until the outside services have said what they ask for this cart. Never with a transaction
    /// open; what they have said is what prices take until they say something else.
    /// </summary>
    public async Task AskOutsideAsync(CartsDbContext db, Cart cart, CancellationToken cancellationToken, string? country = null)
    {
        if (outside.IsEmpty)
            return;
        var rules = await RulesAsync(db, null, cancellationToken);
        await outside.RefreshAsync(Question(cart, rules, country ?? cart.Country ?? pricing.Country), cancellationToken);
    }

    private ValueTask<PriceRules> RulesAsync(CartsDbContext db, long? version, CancellationToken cancellationToken) =>
        version is { } known ? cache.GetAsync(db, known, cancellationToken) : new(cache.GetAsync(db, cancellationToken));

    private async Task<Shopping> ShoppingAsync(
        CartsDbContext db,
        Cart cart,
        PriceRules rules,
        string? country,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        var candidates = rules.Candidates(cart.Coupons).Where(p => p.NotRunning(now) is null);
        var shopping = new Shopping(now)
        {
            Country = country ?? cart.Country,
            ShippingMethod = cart.ShippingMethod,
            Codes = cart.Coupons,
            Barred = await db.BarredAsync(candidates, cart, cancellationToken),
        };
        if (outside.IsEmpty)
            return shopping;
        var question = Question(cart, rules, shopping.Country ?? pricing.Country);
        return shopping with { OutsideTax = outside.Tax(question), OutsideShipping = outside.Shipping(question) };
    }

    private static OutsideQuestion Question(Cart cart, PriceRules rules, string? country) =>
        new(
            country ?? "",
            cart.Currency,
            [
                .. cart
                    .Lines.Select(l => l.TaxCategory ?? TaxRate.Standard)
                    .Append(TaxRate.Shipping)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ],
            rules.ShippingMethods.Count == 0 ? [ShippingMethod.Standard] : [.. rules.ShippingMethods.Select(m => m.Code)],
            cart.WeightGrams,
            cart.SubtotalMinor
        );
}
