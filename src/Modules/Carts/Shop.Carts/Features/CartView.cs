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
/// <param name="ShippingMethod">The one method there is.</param>
/// <param name="Subtotal">Lines before tax.</param>
/// <param name="Shipping">Shipping before tax.</param>
/// <param name="Tax">All tax.</param>
/// <param name="Total">What the payer would pay.</param>
/// <param name="Status"><c>open</c>, <c>converted</c> or <c>merged</c>.</param>
/// <param name="NextCartId">The cart to go on with, when this one is closed and there is one.</param>
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
    Guid? NextCartId
);

/// <summary>A line of a cart.</summary>
/// <param name="Sku">Stock keeping unit.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Title">Product and variant.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="UnitPrice">Price of one piece before tax.</param>
/// <param name="Tax">Tax on the whole line.</param>
/// <param name="Total">The whole line including tax.</param>
/// <param name="Available">False when the SKU is no longer sold.</param>
/// <param name="PriceChanged">Set when the price is not the one the shopper put it in at, until the shopper changes the line.</param>
public sealed record CartLineView(
    string Sku,
    Guid ProductId,
    string Title,
    int Quantity,
    Money UnitPrice,
    Money Tax,
    Money Total,
    bool Available,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PriceChange? PriceChanged
);

/// <summary>A price that changed while the line was in the cart.</summary>
/// <param name="Was">Before.</param>
/// <param name="Now">Now, and what the line costs.</param>
public sealed record PriceChange(Money Was, Money Now);

/// <summary>Makes views.</summary>
internal static class CartViews
{
    public static CartView ToView(this Cart cart, Pricing pricing, string? token = null)
    {
        var priced = pricing.Price(cart.Lines);
        return new(
            cart.Id,
            token,
            cart.Version,
            cart.Currency,
            [.. priced.Lines.Select(l => ToView(l, Amount))],
            Pricing.ShippingMethod,
            Amount(priced.SubtotalMinor),
            Amount(priced.ShippingMinor),
            Amount(priced.TaxMinor),
            Amount(priced.TotalMinor),
            cart.Status.ToString().ToLowerInvariant(),
            cart.NextCartId
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
            line.PreviousPriceMinor is { } was ? new(amount(was), amount(line.UnitPriceMinor)) : null
        );
    }
}
