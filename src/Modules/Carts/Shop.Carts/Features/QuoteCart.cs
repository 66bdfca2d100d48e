using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Contracts;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Tells Checkout what the shopper was shown, at the prices the shopper was shown.</summary>
public sealed class QuoteCartHandler
{
    public static async Task<CartQuote> Handle(QuoteCart query, CartsDbContext db, Pricing pricing, CancellationToken cancellationToken)
    {
        var cart = await db.ReadAsync(query.CartId, new CartOwner(query.CustomerId, query.Token), cancellationToken);
        if (cart is not { Status: CartStatus.Open })
            return new(false, 0, "", [], "", default, default, default, default, []);
        var priced = pricing.Price(cart.Lines);
        return new(
            true,
            cart.Version,
            cart.Currency,
            [.. priced.Lines.Select(ToQuote)],
            Pricing.ShippingMethod,
            Amount(priced.SubtotalMinor),
            Amount(priced.ShippingMinor),
            Amount(priced.TaxMinor),
            Amount(priced.TotalMinor),
            cart.MergedFrom
        );

        Money Amount(long minor) => new(minor, cart.Currency);

        QuoteLine ToQuote(PricedLine priced) =>
            new(
                priced.Line.Sku,
                priced.Line.ProductId,
                priced.Line.Title,
                priced.Line.Quantity,
                Amount(priced.Line.UnitPriceMinor),
                Amount(priced.TaxMinor),
                Amount(priced.TotalMinor)
            );
    }
}
