using System.Security.Claims;
using Microsoft.AspNetCore.Builder;

namespace Shop.BuildingBlocks;

/// <summary>Who may call an endpoint.</summary>
public static class Policies
{
    /// <summary>Any signed-in person.</summary>
    public const string Customer = "customer";

    /// <summary>Staff and admins.</summary>
    public const string Staff = "staff";

    /// <summary>Admins only.</summary>
    public const string Admin = "admin";
}

/// <summary>Names inside an access token; they are used as they stand, never remapped.</summary>
public static class TokenClaims
{
    /// <summary>The user's id.</summary>
    public const string Subject = "sub";

    /// <summary>One of <see cref="Policies"/>' names.</summary>
    public const string Role = "role";
}

/// <summary>What every access token of the shop says about itself.</summary>
public static class AccessTokens
{
    /// <summary>The header's <c>typ</c> (RFC 9068): no other kind of token can pass for one.</summary>
    public const string Type = "at+jwt";

    /// <summary>Who signs.</summary>
    public const string Issuer = "shop";

    /// <summary>Who is meant to read it.</summary>
    public const string Audience = "shop-api";
}

/// <summary>The signed-in caller.</summary>
public static class Caller
{
    /// <summary>The caller's user id; null for a guest.</summary>
    public static Guid? UserId(this ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(TokenClaims.Subject), out var id) ? id : null;

    /// <summary>True for staff and admins.</summary>
    public static bool IsStaff(this ClaimsPrincipal principal) =>
        principal.FindFirstValue(TokenClaims.Role) is Policies.Staff or Policies.Admin;
}
