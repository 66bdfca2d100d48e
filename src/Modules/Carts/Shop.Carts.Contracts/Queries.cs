using Shop.BuildingBlocks.Contracts;

namespace Shop.Carts.Contracts;

/// <summary>What a cart costs, for whoever may see it.</summary>
/// <param name="CartId">The cart.</param>
/// <param name="Token">The guest's cart token; null when signed in.</param>
/// <param name="CustomerId">The signed-in customer; null for a guest.</param>
/// <param name="Country">Where the parcel goes, ISO 3166; null for what the cart knows.</param>
/// <param name="Email">The buyer's address, by which a guest who has used a limited promotion is known; null from a version that didn't tell.</param>
[MessageIdentity("carts.quote-cart")]
public sealed record QuoteCart(Guid CartId, string? Token, Guid? CustomerId, string? Country = null, string? Email = null)
    : IQuery<CartQuote>;

/// <summary>A line of a quote.</summary>
/// <param name="Sku">Stock keeping unit.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Title">Product and variant as shown.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="UnitPrice">Price of one piece the shopper was shown, as listed: before tax, or with it when the quote says so.</param>
/// <param name="Tax">Tax on the whole line, after discount.</param>
/// <param name="Total">The whole line, after discount, including tax.</param>
/// <param name="Discount">What promotions take off the whole line; null from a version that knew none.</param>
/// <param name="TaxBasisPoints">The tax rate in hundredths of a percent; null from a version that didn't tell.</param>
public sealed record QuoteLine(
    string Sku,
    Guid ProductId,
    string Title,
    int Quantity,
    Money UnitPrice,
    Money Tax,
    Money Total,
    Money? Discount = null,
    int? TaxBasisPoints = null
);

/// <summary>A promotion that reduces a quote.</summary>
/// <param name="PromotionId">Which.</param>
/// <param name="Name">As shoppers read it.</param>
/// <param name="Code">The code it came by; null when it came by itself.</param>
/// <param name="Amount">What it takes off the lines, or off shipping.</param>
/// <param name="IsLimited">The purchase has to redeem it, see <see cref="RedeemPromotions"/>.</param>
public sealed record QuotePromotion(Guid PromotionId, string Name, string? Code, Money Amount, bool IsLimited);

/// <summary>The answer.</summary>
/// <param name="Found">False when there is no such open cart for this shopper; everything else is empty then.</param>
/// <param name="Version">The cart's version that was priced.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Lines">Lines in the order they were added; equal SKUs are one line.</param>
/// <param name="ShippingMethod">The method's code; empty when none goes there.</param>
/// <param name="Subtotal">Lines as listed, before discounts.</param>
/// <param name="Shipping">Shipping as listed, after promotions.</param>
/// <param name="Tax">All tax.</param>
/// <param name="Total">What the payer pays: subtotal - discount + shipping, and the tax unless it is included.</param>
/// <param name="MergedCartIds">Guests' carts whose lines are in it; a checkout of one of them, begun before, is of the same pieces.</param>
/// <param name="Discount">What promotions take off the lines; null from a version that knew none.</param>
/// <param name="ShippingTax">The part of the tax that is for shipping; null from a version that didn't tell.</param>
/// <param name="PricesIncludeTax">Prices as listed have the tax in them; null means no.</param>
/// <param name="Promotions">What reduces it, in the order of application; null from a version that knew none.</param>
/// <param name="ShownTotal">The total that the shopper was shown last; null when nobody knows.</param>
[MessageIdentity("carts.cart-quote")]
public sealed record CartQuote(
    bool Found,
    long Version,
    string Currency,
    IReadOnlyList<QuoteLine> Lines,
    string ShippingMethod,
    Money Subtotal,
    Money Shipping,
    Money Tax,
    Money Total,
    IReadOnlyList<Guid> MergedCartIds,
    Money? Discount = null,
    Money? ShippingTax = null,
    bool? PricesIncludeTax = null,
    IReadOnlyList<QuotePromotion>? Promotions = null,
    Money? ShownTotal = null
) : IMessage;
