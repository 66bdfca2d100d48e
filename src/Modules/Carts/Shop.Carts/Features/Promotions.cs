using FluentValidation;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>A promotion as staff write it.</summary>
/// <param name="Name">As shoppers read it.</param>
/// <param name="Kind"><c>percentage</c>, <c>fixed</c>, <c>free_shipping</c> or <c>buy_x_get_y</c>.</param>
/// <param name="Code">What the shopper enters; null for one that applies by itself.</param>
/// <param name="BasisPoints">Hundredths of a percent, for a percentage and for the pieces of <c>buy_x_get_y</c> (10,000 gives them away).</param>
/// <param name="AmountMinor">Minor units of the shop's currency, for a fixed one.</param>
/// <param name="BuyQuantity">For <c>buy_x_get_y</c>.</param>
/// <param name="GetQuantity">For <c>buy_x_get_y</c>.</param>
/// <param name="Skus">SKUs it is for.</param>
/// <param name="Categories">Slugs of categories it is for; either counts, none at all means the whole cart.</param>
/// <param name="MinSubtotalMinor">What all lines must come to at listed prices.</param>
/// <param name="StartsAt">UTC; null for at once.</param>
/// <param name="EndsAt">UTC; null for never.</param>
/// <param name="CustomerGroup">Only for this group.</param>
/// <param name="Priority">The lower comes first.</param>
/// <param name="Stacks">May be given together with others.</param>
/// <param name="UsageLimit">How many purchases may use it.</param>
/// <param name="CustomerLimit">How many purchases of one customer may use it.</param>
public sealed record PromotionRequest(
    string Name,
    string Kind,
    string? Code = null,
    int BasisPoints = 0,
    long AmountMinor = 0,
    int BuyQuantity = 0,
    int GetQuantity = 0,
    IReadOnlyList<string>? Skus = null,
    IReadOnlyList<string>? Categories = null,
    long MinSubtotalMinor = 0,
    DateTimeOffset? StartsAt = null,
    DateTimeOffset? EndsAt = null,
    string? CustomerGroup = null,
    int Priority = 0,
    bool Stacks = true,
    int? UsageLimit = null,
    int? CustomerLimit = null
)
{
    internal static readonly IReadOnlyDictionary<string, PromotionKind> Kinds = new Dictionary<string, PromotionKind>
    {
        ["percentage"] = PromotionKind.Percentage,
        ["fixed"] = PromotionKind.Fixed,
        ["free_shipping"] = PromotionKind.FreeShipping,
        ["buy_x_get_y"] = PromotionKind.BuyXGetY,
    };

    internal Promotion ToPromotion(Guid id, long version, DateTimeOffset createdAt) =>
        new()
        {
            Id = id,
            Name = Name,
            Kind = Kinds[Kind],
            Code = Code is null ? null : Promotion.Normalize(Code),
            BasisPoints = BasisPoints,
            AmountMinor = AmountMinor,
            BuyQuantity = BuyQuantity,
            GetQuantity = GetQuantity,
            Skus = [.. Skus ?? []],
            Categories = [.. Categories ?? []],
            MinSubtotalMinor = MinSubtotalMinor,
            StartsAt = StartsAt?.ToUniversalTime(),
            EndsAt = EndsAt?.ToUniversalTime(),
            CustomerGroup = CustomerGroup,
            Priority = Priority,
            Stacks = Stacks,
            UsageLimit = UsageLimit,
            CustomerLimit = CustomerLimit,
            Version = version,
            CreatedAt = createdAt,
        };
}

public sealed class PromotionRequestValidator : AbstractValidator<PromotionRequest>
{
    private const long MostMinor = 100_000_000_000;

    public PromotionRequestValidator()
    {
        RuleFor(r => r.Name).NotEmpty().WithErrorCode("required").MaximumLength(100).WithErrorCode("too_long");
        RuleFor(r => r.Kind).Must(k => k is not null && PromotionRequest.Kinds.ContainsKey(k)).WithErrorCode("unknown");
        RuleFor(r => r.Code).Matches(@"^\s*[A-Za-z0-9_-]{3,50}\s*$").WithErrorCode("invalid").When(r => r.Code is not null);
        RuleFor(r => r.BasisPoints)
            .InclusiveBetween(1, Amounts.Whole)
            .WithErrorCode("out_of_range")
            .When(r => r.Kind is "percentage" or "buy_x_get_y");
        RuleFor(r => r.BasisPoints).Equal(0).WithErrorCode("not_for_this_kind").When(r => r.Kind is "fixed" or "free_shipping");
        RuleFor(r => r.AmountMinor).InclusiveBetween(1, MostMinor).WithErrorCode("out_of_range").When(r => r.Kind is "fixed");
        RuleFor(r => r.AmountMinor).Equal(0).WithErrorCode("not_for_this_kind").When(r => r.Kind is not "fixed");
        RuleFor(r => r.BuyQuantity).InclusiveBetween(1, 1_000).WithErrorCode("out_of_range").When(r => r.Kind is "buy_x_get_y");
        RuleFor(r => r.GetQuantity).InclusiveBetween(1, 1_000).WithErrorCode("out_of_range").When(r => r.Kind is "buy_x_get_y");
        RuleFor(r => r.BuyQuantity).Equal(0).WithErrorCode("not_for_this_kind").When(r => r.Kind is not "buy_x_get_y");
        RuleFor(r => r.GetQuantity).Equal(0).WithErrorCode("not_for_this_kind").When(r => r.Kind is not "buy_x_get_y");
        RuleFor(r => r.Skus!.Count).LessThanOrEqualTo(500).WithErrorCode("too_many").When(r => r.Skus is not null);
        RuleFor(r => r.Categories!.Count).LessThanOrEqualTo(100).WithErrorCode("too_many").When(r => r.Categories is not null);
        RuleForEach(r => r.Skus).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
        RuleForEach(r => r.Categories).NotEmpty().WithErrorCode("required").MaximumLength(200).WithErrorCode("too_long");
        RuleFor(r => r.MinSubtotalMinor).InclusiveBetween(0, MostMinor).WithErrorCode("out_of_range");
        RuleFor(r => r.EndsAt)
            .GreaterThan(r => r.StartsAt!.Value)
            .WithErrorCode("before_start")
            .When(r => r is { StartsAt: not null, EndsAt: not null });
        RuleFor(r => r.CustomerGroup)
            .NotEmpty()
            .WithErrorCode("required")
            .MaximumLength(50)
            .WithErrorCode("too_long")
            .When(r => r.CustomerGroup is not null);
        RuleFor(r => r.Priority).InclusiveBetween(-1_000, 1_000).WithErrorCode("out_of_range");
        RuleFor(r => r.UsageLimit).GreaterThan(0).WithErrorCode("out_of_range");
        RuleFor(r => r.CustomerLimit).GreaterThan(0).WithErrorCode("out_of_range");
    }
}

/// <summary>A promotion as staff see it.</summary>
/// <param name="Id">The promotion.</param>
/// <param name="Version">Rises with each change; also the ETag.</param>
/// <param name="Status"><c>scheduled</c>, <c>running</c> or <c>ended</c>.</param>
/// <param name="Used">Purchases that have used it and were not given up; counted while it is limited.</param>
/// <param name="Promotion">What it is.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record PromotionDetails(Guid Id, long Version, string Status, int Used, PromotionRequest Promotion, DateTimeOffset CreatedAt)
{
    internal static PromotionDetails Of(Promotion p, int used, DateTimeOffset now) =>
        new(
            p.Id,
            p.Version,
            p.NotRunning(now) switch
            {
                "not_started" => "scheduled",
                "expired" => "ended",
                _ => "running",
            },
            used,
            new(
                p.Name,
                PromotionRequest.Kinds.Single(k => k.Value == p.Kind).Key,
                p.Code,
                p.BasisPoints,
                p.AmountMinor,
                p.BuyQuantity,
                p.GetQuantity,
                p.Skus,
                p.Categories,
                p.MinSubtotalMinor,
                p.StartsAt,
                p.EndsAt,
                p.CustomerGroup,
                p.Priority,
                p.Stacks,
                p.UsageLimit,
                p.CustomerLimit
            ),
            p.CreatedAt
        );
}
