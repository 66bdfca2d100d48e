using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>Answers that several of Carts' endpoints give.</summary>
internal static class CartAnswers
{
    /// <summary>Header that carries a guest's token.</summary>
    public const string TokenHeader = "Cart-Token";

    /// <summary>The cart with its version as ETag; for nobody else's cache.</summary>
    public static Ok<CartView> Ok(HttpResponse response, CartView cart)
    {
        Describe(response, cart);
        return TypedResults.Ok(cart);
    }

    /// <summary>A cart that was made just now.</summary>
    public static Created<CartView> Created(HttpResponse response, CartView cart)
    {
        Describe(response, cart);
        return TypedResults.Created($"/api/v1/carts/{cart.Id}", cart);
    }

    /// <summary>404: there is no such cart, or it is somebody else's.</summary>
    public static ProblemHttpResult Unknown() => Problems.NotFound("carts.unknown_cart", "There is no such cart.");

    /// <summary>Why a cart can't be changed by this request; null when it can.</summary>
    /// <param name="cart">The cart; null when the caller has none of this id.</param>
    /// <param name="ifMatch">The header If-Match; may be missing.</param>
    public static ProblemHttpResult? Refuse(Cart? cart, StringValues ifMatch)
    {
        if (cart is null)
            return Unknown();
        if (cart.Status != CartStatus.Open)
            return Problems.Conflict("carts.not_open", "The cart is closed.", [new("nextCartId", cart.NextCartId)]);
        return ifMatch.Count == 0 || Matches(ifMatch, ETag(cart.Version))
            ? null
            : Problems.Problem(412, "carts.version_mismatch", "The cart has changed meanwhile. Read it again.");
    }

    /// <summary>428 when a change that overwrites comes without saying what it saw; null when it says so.</summary>
    public static ProblemHttpResult? RequireVersion(StringValues ifMatch) =>
        ifMatch.Count > 0
            ? null
            : Problems.Problem(428, "carts.version_required", "Send the cart's ETag as If-Match, so that no other change is overwritten.");

    /// <summary>What the cart itself refused; null when it did not.</summary>
    public static ProblemHttpResult? Refused(Refusal refusal) =>
        refusal switch
        {
            Refusal.None => null,
            Refusal.QuantityLimit => Problems.Unprocessable(
                "carts.quantity_limit",
                $"A cart holds at most {CartLine.MaxQuantity} pieces of one kind."
            ),
            Refusal.LineLimit => Problems.Unprocessable("carts.line_limit", $"A cart holds at most {Cart.MaxLines} different things."),
            Refusal.CouponLimit => Problems.Unprocessable("carts.coupon_limit", $"A cart takes at most {Cart.MaxCoupons} codes."),
            Refusal.UnknownCoupon => Problems.NotFound("carts.unknown_coupon", "There is no such code on the cart."),
            _ => Problems.NotFound("carts.unknown_line", "There is no such line in the cart."),
        };

    /// <summary>Saves a change of a locked cart, and what its owner is shown of it.</summary>
    public static async Task<Ok<CartView>> SaveAsync(
        this CartsDbContext db,
        Cart cart,
        CartPricer pricer,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var priced = await pricer.PriceAsync(db, cart, null, cancellationToken);
        cart.Show(priced.TotalMinor);
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(cancellationToken);
        return Ok(response, cart.ToView(priced));
    }

    private static void Describe(HttpResponse response, CartView cart)
    {
        response.Headers.ETag = ETag(cart.Version);
        response.Headers.CacheControl = "private, no-store";
    }

    private static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>True when If-Match names this ETag.</summary>
    public static bool Matches(StringValues ifMatch, string etag) =>
        EntityTagHeaderValue.TryParseStrictList([.. ifMatch.OfType<string>()], out var tags)
        && tags.Any(t => t.Tag == "*" || (!t.IsWeak && t.Tag == etag));
}
