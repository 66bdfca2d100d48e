using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Tells Checkout what the cart costs where it goes, at the prices the shopper was shown.</summary>
public sealed class QuoteCartHandler
{
    public static async Task<CartQuote> Handle(QuoteCart query, CartsDbContext db, CartPricer pricer, CancellationToken cancellationToken)
    {
        var cart = await db.ReadAsync(query.CartId, new CartOwner(query.CustomerId, query.Token), cancellationToken);
        if (cart is not { Status: CartStatus.Open })
            return new(false, 0, "", [], "", default, default, default, default, []);
        var known = cart.Buyer;
        if (query.Email is { Length: > 0 } email)
            cart.Buyer = Holders.Of(email);
        await pricer.AskOutsideAsync(db, cart, cancellationToken, query.Country);
        var priced = await pricer.PriceAsync(db, cart, null, cancellationToken, query.Country);
        if (cart.Buyer != known && cart.ShownTotalMinor is { } seen && seen != priced.TotalMinor)
            await RememberAsync(db, cart, cancellationToken);
        return new(
            true,
            cart.Version,
            cart.Currency,
            [.. priced.Lines.Select(ToQuote)],
            priced.ShippingMethod,
            Amount(priced.SubtotalMinor),
            Amount(priced.ShippingMinor),
            Amount(priced.TaxMinor),
            Amount(priced.TotalMinor),
            cart.MergedFrom,
            Amount(priced.DiscountMinor),
            Amount(priced.ShippingTaxMinor),
            priced.PricesIncludeTax,
            [.. priced.Promotions.Select(ToPromotion)],
            cart.ShownTotalMinor is { } shown ? Amount(shown) : null
        );

        Money Amount(long minor) => new(minor, cart.Currency);

        QuotePromotion ToPromotion(AppliedPromotion applied) =>
            new(
                applied.Promotion.Id,
                applied.Promotion.Name,
                applied.Promotion.Code,
                Amount(applied.AmountMinor),
                applied.Promotion.IsLimited
            );

        QuoteLine ToQuote(PricedLine priced) =>
            new(
                priced.Line.Sku,
                priced.Line.ProductId,
                priced.Line.Title,
                priced.Line.Quantity,
                Amount(priced.Line.UnitPriceMinor),
                Amount(priced.TaxMinor),
                Amount(priced.TotalMinor),
                Amount(priced.DiscountMinor),
                priced.TaxBasisPoints
            );
    }

    // Whose uses of limited promotions are counted: the shopper reads the cart again and has to be shown what this buyer can have. Nothing
    // else of it changes, and so its version does not.
    private static Task RememberAsync(CartsDbContext db, Cart cart, CancellationToken cancellationToken) =>
        db.Carts.Where(c => c.Id == cart.Id).ExecuteUpdateAsync(c => c.SetProperty(x => x.Buyer, cart.Buyer), cancellationToken);
}
