using System.Security.Cryptography;
using System.Text;

namespace Shop.Carts.Domain;

/// <summary>The version of the price rules; one row.</summary>
/// <param name="Id">Always 1.</param>
/// <param name="Version">Rises with each change of a promotion, a tax rate or a shipping method.</param>
public sealed record RulesVersion(int Id, long Version);

/// <summary>A customer in a group.</summary>
/// <param name="CustomerGroup">The group's name.</param>
/// <param name="CustomerId">The customer.</param>
public sealed record GroupMember(string CustomerGroup, Guid CustomerId);

/// <summary>Who a purchase is counted for.</summary>
public static class Holders
{
    /// <summary>Everybody together.</summary>
    public const string Everybody = "";

    /// <summary>A customer by id and by mail address, so that who buys as a guest next time is known again.</summary>
    public static string[] Of(Guid? customerId, string? email) =>
        [
            .. customerId is null ? Array.Empty<string>() : [$"c:{customerId:N}"],
            .. string.IsNullOrWhiteSpace(email) ? Array.Empty<string>() : [Of(email)],
        ];

    /// <summary>A mail address. It is personal; to know it again its hash will do.</summary>
    public static string Of(string email) =>
        $"e:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())))}";
}

/// <summary>How often a limited promotion was used.</summary>
/// <param name="PromotionId">The promotion.</param>
/// <param name="Holder">By whom, see <see cref="Holders"/>; empty for everybody together.</param>
/// <param name="Used">Purchases.</param>
public sealed record PromotionUse(Guid PromotionId, string Holder, int Used);

/// <summary>A purchase's use of limited promotions: taken at most once, given back at most once.</summary>
public sealed class Redemption
{
    /// <summary>The counters are raised.</summary>
    public const string Redeemed = "redeemed";

    /// <summary>A limit was reached.</summary>
    public const string Rejected = "rejected";

    /// <summary>The counters are down again, or were never raised and never will be.</summary>
    public const string Returned = "returned";

    /// <summary>The purchase.</summary>
    public Guid Id { get; init; }

    /// <summary>Where it stands.</summary>
    public string State { get; init; } = Redeemed;

    /// <summary>The promotions.</summary>
    public Guid[] PromotionIds { get; init; } = [];

    /// <summary>Whose counters were raised beside everybody's.</summary>
    public string[] Holders { get; init; } = [];

    /// <summary>When, UTC by the database's clock.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Something that staff changed; a row is never changed itself.</summary>
public sealed class StaffChange
{
    /// <summary>Rises in the order of writing.</summary>
    public long Id { get; init; }

    /// <summary>The staff member's user id.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Such as <c>promotion.created</c>.</summary>
    public string Action { get; init; } = "";

    /// <summary>What was changed: an id or a code.</summary>
    public string Subject { get; init; } = "";

    /// <summary>JSON of what it is since then; null when it is no more.</summary>
    public string? Detail { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset At { get; init; }
}
