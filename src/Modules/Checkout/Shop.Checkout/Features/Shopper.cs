using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Shop.BuildingBlocks;
using Shop.Checkout.Domain;

namespace Shop.Checkout.Features;

/// <summary>Who asks: a signed-in customer, or whoever holds a cart's token.</summary>
/// <param name="CustomerId">Null for a guest.</param>
/// <param name="CartToken">Null for a customer.</param>
public sealed record Shopper(Guid? CustomerId, string? CartToken)
{
    /// <summary>Header in which a guest proves that the cart is theirs.</summary>
    public const string CartTokenHeader = "Cart-Token";

    /// <summary>The caller of a request; null when it is nobody. Being signed in counts more than a cart token.</summary>
    public static Shopper? Of(HttpContext http) =>
        http.User.UserId() is { } customer ? new(customer, null)
        : http.Request.Headers[CartTokenHeader].ToString() is { Length: > 0 and <= 200 } token ? new(null, token)
        : null;

    /// <summary>The token as it is stored.</summary>
    public byte[]? CartTokenHash => CartToken is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(CartToken));

    /// <summary>Whose idempotency keys the caller's are.</summary>
    public string Scope => CustomerId is { } id ? $"customer:{id}" : $"guest:{Convert.ToHexStringLower(CartTokenHash!)}";

    /// <summary>True when the purchase is the caller's.</summary>
    public bool Owns(CheckoutState checkout) =>
        CustomerId is not null
            ? checkout.CustomerId == CustomerId
            : checkout.CartTokenHash is { } stored && CryptographicOperations.FixedTimeEquals(stored, CartTokenHash!);

    /// <summary>True when the caller may look at the purchase.</summary>
    public static bool MaySee(HttpContext http, CheckoutState checkout) => Of(http)?.Owns(checkout) == true || http.User.IsStaff();
}
