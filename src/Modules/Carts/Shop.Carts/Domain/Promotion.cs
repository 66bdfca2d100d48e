namespace Shop.Carts.Domain;

/// <summary>What a promotion gives.</summary>
public enum PromotionKind
{
    /// <summary>A part of the price, <see cref="Promotion.BasisPoints"/>.</summary>
    Percentage,

    /// <summary>An amount off, <see cref="Promotion.AmountMinor"/>, at most what the lines cost.</summary>
    Fixed,

    /// <summary>Shipping costs nothing.</summary>
    FreeShipping,

    /// <summary>Of each <see cref="Promotion.BuyQuantity"/> + <see cref="Promotion.GetQuantity"/> pieces the cheapest cost less.</summary>
    BuyXGetY,
}

/// <summary>
/// A reduction that staff offer: by a code, or to everybody. Immutable: a change makes the next version. What stands alone
/// (<see cref="Stacks"/> is false) competes with all that stack together; the shopper gets what saves more.
/// </summary>
public sealed record Promotion
{
    /// <summary>Most promotions that are priced at a time.</summary>
    public const int MaxRunning = 100;

    public required Guid Id { get; init; }

    /// <summary>As shoppers read it.</summary>
    public required string Name { get; init; }

    /// <summary>What the shopper enters, in capitals; null for one that applies by itself.</summary>
    public string? Code { get; init; }

    public PromotionKind Kind { get; init; }

    /// <summary>Hundredths of a percent: of the price, or of a <see cref="PromotionKind.BuyXGetY"/>'s cheapest pieces (10,000 gives them away).</summary>
    public int BasisPoints { get; init; }

    /// <summary>Minor units of the shop's currency, off the price as listed.</summary>
    public long AmountMinor { get; init; }

    public int BuyQuantity { get; init; }

    public int GetQuantity { get; init; }

    /// <summary>SKUs it is for; with <see cref="Categories"/>, either counts. Both empty: the whole cart.</summary>
    public string[] Skus { get; init; } = [];

    /// <summary>Slugs of categories, whatever lies below them included.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>All lines of the cart, at listed prices, must come to this; 0 for no minimum.</summary>
    public long MinSubtotalMinor { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Only for customers of this group.</summary>
    public string? CustomerGroup { get; init; }

    /// <summary>The lower comes first.</summary>
    public int Priority { get; init; }

    /// <summary>May be given together with others.</summary>
    public bool Stacks { get; init; } = true;

    /// <summary>How many purchases may use it; null for any number.</summary>
    public int? UsageLimit { get; init; }

    /// <summary>How many purchases of one customer may use it; null for any number.</summary>
    public int? CustomerLimit { get; init; }

    /// <summary>Rises with each change; the ETag.</summary>
    public long Version { get; init; } = 1;

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>It reduces certain products, whoever buys what else.</summary>
    public bool IsForProducts => Skus.Length + Categories.Length > 0;

    /// <summary>A purchase with it has to redeem it.</summary>
    public bool IsLimited => UsageLimit is not null || CustomerLimit is not null;

    /// <summary>Why nobody gets it at this time; null when it runs.</summary>
    public string? NotRunning(DateTimeOffset now) =>
        now < StartsAt ? "not_started"
        : now >= EndsAt ? "expired"
        : null;

    /// <summary>Product discounts, then promotions of the cart, then codes; each by priority.</summary>
    public int Stage =>
        Code is not null ? 2
        : IsForProducts ? 0
        : 1;

    /// <summary>True when the line is one that it reduces.</summary>
    public bool Takes(CartLine line) =>
        !IsForProducts || Array.IndexOf(Skus, line.Sku) >= 0 || Array.Exists(Categories, c => Array.IndexOf(line.Categories, c) >= 0);

    /// <summary>Codes are the same in any case, without the blanks around them.</summary>
    public static string Normalize(string code) => code.Trim().ToUpperInvariant();
}
