using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.BuildingBlocks.Messaging;
using Shop.Carts.Contracts;
using Shop.Products.Contracts;

namespace Shop.Checkout.Features;

/// <summary>A price that is no longer what the shopper was shown.</summary>
/// <param name="Sku">Stock keeping unit.</param>
/// <param name="Was">What the cart shows, for one piece.</param>
/// <param name="Now">What the shop asks now.</param>
public sealed record PriceChange(string Sku, Money Was, Money Now);

/// <summary>Asks Carts what is bought, and Products whether it is still sold at that price. Both have a deadline.</summary>
public sealed class CartPricing(IAsk ask, IOptions<CheckoutOptions> options, ILogger<CartPricing> logger)
{
    /// <summary>The cart's quote, or why it can't be bought.</summary>
    public async Task<(CartQuote? Quote, ProblemHttpResult? Problem)> QuoteAsync(
        Guid cartId,
        Shopper shopper,
        string country,
        string email,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var question = new QuoteCart(cartId, shopper.CartToken, shopper.CustomerId, country, email);
            var quote = await AskAsync<CartQuote>(question, cancellationToken);
            if (!quote.Found)
                return (null, Problems.NotFound("checkout.cart_not_found", "There is no such cart."));
            if (quote.Lines.Count == 0)
                return (null, Problems.Unprocessable("checkout.cart_empty", "The cart is empty."));
            var offers = await AskAsync<Offers>(new GetOffers([.. quote.Lines.Select(l => l.Sku)]), cancellationToken);
            return Refusal(quote, offers) is { } problem ? (null, problem) : (quote, null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever keeps the owner of a price from answering, the shopper can only try again.
            logger.LogError(e, "Cart {CartId} could not be priced", cartId);
            return (null, Problems.Problem(503, "checkout.unavailable", "Checkout is not available right now; please try again."));
        }
    }

    private static ProblemHttpResult? Refusal(CartQuote quote, Offers offers)
    {
        var prices = offers.Items.ToDictionary(o => o.Sku, o => o.Price);
        var gone = quote.Lines.Select(l => l.Sku).Where(sku => !prices.ContainsKey(sku)).ToArray();
        if (gone.Length > 0)
            return Problems.Unprocessable(
                "checkout.variant_unavailable",
                "Something in the cart is not sold any more; see skus.",
                [new("skus", gone)]
            );
        var changes = quote
            .Lines.Where(l => prices[l.Sku] != l.UnitPrice)
            .Select(l => new PriceChange(l.Sku, l.UnitPrice, prices[l.Sku]))
            .ToArray();
        if (changes.Length > 0)
            return Problems.Conflict("checkout.price_changed", "Prices have changed; see changes.", [new("changes", changes)]);
        if (quote.ShippingMethod.Length == 0)
            return Problems.Unprocessable("checkout.no_shipping", "Nothing takes this cart to that country.");
        // A promotion ended, or the parcel goes elsewhere than the cart was shown for: nobody pays what nobody was told.
        return quote.ShownTotal is not { } shown || shown == quote.Total
            ? null
            : Problems.Conflict(
                "checkout.total_changed",
                "The total is not the one that was shown. Tell the cart where it goes, read it again, and buy it then.",
                [new("was", shown), new("now", quote.Total)]
            );
    }

    private Task<TReply> AskAsync<TReply>(IQuery<TReply> query, CancellationToken cancellationToken) =>
        ask.AskAsync(query, TimeSpan.FromMilliseconds(options.Value.QuestionMilliseconds), cancellationToken);
}
