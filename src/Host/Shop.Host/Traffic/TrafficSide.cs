using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Microsoft.IdentityModel.JsonWebTokens;
using Shop.BuildingBlocks;
using Shop.Host.Topology;

namespace Shop.Host.Traffic;

/// <summary>Where a request goes.</summary>
public enum Side
{
    /// <summary>To the module in this process.</summary>
    Here,

    /// <summary>To the module in another process.</summary>
    There,

    /// <summary>There, because staff asked for it and whatever the switch says.</summary>
    Canary,
}

/// <summary>Which side of a moving module a request goes to.</summary>
public sealed class TrafficSide(IFeatureManager features)
{
    /// <summary>Sends a request of staff to the other side whatever the switch says, for a canary: names one or several modules.</summary>
    public const string CanaryHeader = "Shop-Canary";

    /// <summary>The side for one request.</summary>
    public async Task<Side> OfAsync(HttpContext context, PlacedModule module) =>
        !module.IsHere ? Side.There
        : !module.IsMoving ? Side.Here
        : await IsCanaryAsync(context, module) ? Side.Canary
        : await features.IsEnabledAsync(TrafficSwitches.FlagOf(module.Name), new TargetingContext { UserId = CallerOf(context) })
            ? Side.There
        : Side.Here;

    // Staff only: a side that is not good enough for anybody yet is not for strangers to try, nor may they make it look bad.
    private static async Task<bool> IsCanaryAsync(HttpContext context, PlacedModule module) =>
        context
            .Request.Headers.GetCommaSeparatedValues(CanaryHeader)
            .Any(name => name.Trim().Equals(module.Name, StringComparison.OrdinalIgnoreCase))
        && (await context.AuthenticateAsync()).Principal?.IsStaff() == true;

    /// <summary>
    /// Who calls, so that they stay on one side: the token's user, or a guest's cart, or an address. The token isn't checked here; whoever
    /// forges one only chooses a side.
    /// </summary>
    private static string CallerOf(HttpContext context)
    {
        const string bearer = "Bearer ";
        var authorization = context.Request.Headers.Authorization.ToString();
        if (
            authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase)
            && SubjectOf(authorization[bearer.Length..].Trim()) is { } user
        )
            return user;
        return context.Request.Headers["Cart-Token"].FirstOrDefault()
            ?? context.Connection.RemoteIpAddress?.ToString()
            ?? context.Connection.Id.ToString(CultureInfo.InvariantCulture);
    }

    private static string? SubjectOf(string token)
    {
        try
        {
            return new JsonWebToken(token).TryGetPayloadValue<string>(TokenClaims.Subject, out var subject) ? subject : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
