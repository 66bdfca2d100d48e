using System.Text.Json.Serialization;
using Shop.BuildingBlocks.Contracts;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>A cart as its owner sees it.</summary>
/// <param name="Id">The cart.</param>
/// <param name="Token">A guest's key to it, for the header <c>Cart-Token</c>; told once, when the cart is made.</param>
/// <param name="Version">Rises with each change; also the ETag.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Lines">In the order in which they were added.</param>
/// <param name="ShippingMethod">The method it goes by; empty when none goes there.</param>
/// <param name="Subtotal">Lines as listed, before discounts.</param>
/// <param name="Shipping">Shipping as listed, after promotions.</param>
/// <param name="Tax">All tax: in the prices when <c>pricesIncludeTax</c>, on top of them otherwise.</param>
/// <param name="Total">What the payer would pay: subtotal - discount + shipping, and the tax unless it is included.</param>
/// <param name="Status"><c>open</c>, <c>converted</c>, <c>merged</c> or <c>expired</c>.</param>
/// <param name="NextCartId">The cart to go on with, when this one is closed and there is one.</param>
/// <param name="Discount">What promotions take off the lines.</param>
/// <param name="ShippingTax">The part of the tax that is for shipping.</param>
/// <param name="PricesIncludeTax">Prices as listed have the tax in them.</param>
/// <param name="Country">Where the parcel goes; null while the shopper has not said.</param>
/// <param name="Promotions">What reduces it, in the order of application.</param>
/// <param name="Coupons">Codes that were entered, whether they count or not.</param>
/// <param name="TotalChanged">Set when the total is not the one that was shown before and nobody touched the cart.</param>
public sealed record CartView(
    Guid Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token,
    long Version,
    string Currency,
    IReadOnlyList<CartLineView> Lines,
    string ShippingMethod,
    Money Subtotal,
    Money Shipping,
    Money Tax,
    Money Total,
    string Status,
    Guid? NextCartId,
    Money Discount,
    Money ShippingTax,
    bool PricesIncludeTax,
    string? Country,
    IReadOnlyList<PromotionView> Promotions,
    IReadOnlyList<CouponView> Coupons,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PriceChange? TotalChanged
);

/// <summary>A promotion that counts.</summary>
/// <param name="Name">As shoppers read it.</param>
/// <param name="Code">The code it came by; null when it came by itself.</param>
/// <param name="Amount">What it takes off.</param>
public sealed record PromotionView(string Name, string? Code, Money Amount);

/// <summary>A code on the cart.</summary>
/// <param name="Code">In capitals.</param>
/// <param name="Applied">It counts.</param>
/// <param name="Reason">
/// Why not: <c>unknown</c>, <c>not_started</c>, <c>expired</c>, <c>not_for_customer</c>, <c>exhausted</c>, <c>already_used</c>,
/// <c>minimum_subtotal</c>, <c>nothing_matches</c>, <c>does_not_combine</c> or <c>saves_nothing</c>.
/// </param>
public sealed record CouponView(string Code, bool Applied, string? Reason);

/// <summary>A line of a cart.</summary>
/// <param name="Sku">Stock keeping unit.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Title">Product and variant.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="UnitPrice">Price of one piece as listed.</param>
/// <param name="Tax">Tax on the whole line, after discount.</param>
/// <param name="Total">The whole line, after discount, including tax.</param>
/// <param name="Available">False when the SKU is no longer sold.</param>
/// <param name="PriceChanged">Set when the price is not the one the shopper put it in at, until the shopper changes the line.</param>
/// <param name="Discount">What promotions take off the whole line.</param>
/// <param name="TaxBasisPoints">The tax rate in hundredths of a percent.</param>
public sealed record CartLineView(
    string Sku,
    Guid ProductId,
    string Title,
    int Quantity,
    Money UnitPrice,
    Money Tax,
    Money Total,
    bool Available,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PriceChange? PriceChanged,
    Money Discount,
    int TaxBasisPoints
);

/// <summary>A price that changed while the line was in the cart.</summary>
/// <param name="Was">Before.</param>
/// <param name="Now">Now, and what the line costs.</param>
public sealed record PriceChange(Money Was, Money Now);

/// <summary>Makes views.</summary>
internal static class CartViews
{
    public static CartView ToView(this Cart cart, PricedCart priced, string? token = null, long? shownMinor = null)
    {
        return new(
            cart.Id,
            token,
            cart.Version,
            cart.Currency,
            [.. priced.Lines.Select(l => ToView(l, Amount))],
            priced.ShippingMethod,
            Amount(priced.SubtotalMinor),
            Amount(priced.ShippingMinor),
            Amount(priced.TaxMinor),
            Amount(priced.TotalMinor),
            cart.Status.ToString().ToLowerInvariant(),
            cart.NextCartId,
            Amount(priced.DiscountMinor),
            Amount(priced.ShippingTaxMinor),
            priced.PricesIncludeTax,
            cart.Country,
            [.. priced.Promotions.Select(p => new PromotionView(p.Promotion.Name, p.Promotion.Code, Amount(p.AmountMinor)))],
            [
                .. cart.Coupons.Select(code => new CouponView(
                    code,
                    priced.Promotions.Any(p => p.Promotion.Code == code),
                    priced.Refusals.GetValueOrDefault(code)
                )),
            ],
            shownMinor is { } shown && shown != priced.TotalMinor ? new(Amount(shown), Amount(priced.TotalMinor)) : null
        );

        Money Amount(long minor) => new(minor, cart.Currency);
    }

    private static CartLineView ToView(PricedLine priced, Func<long, Money> amount)
    {
        var line = priced.Line;
        return new(
            line.Sku,
            line.ProductId,
            line.Title,
            line.Quantity,
            amount(line.UnitPriceMinor),
            amount(priced.TaxMinor),
            amount(priced.TotalMinor),
            line.Available,
            line.PreviousPriceMinor is { } was ? new(amount(was), amount(line.UnitPriceMinor)) : null,
            amount(priced.DiscountMinor),
            priced.TaxBasisPoints
        );
    }
}
