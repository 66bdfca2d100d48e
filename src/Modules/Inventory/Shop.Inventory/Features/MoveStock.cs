using System.Security.Claims;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>A kind of pieces at a location.</summary>
/// <param name="State"><c>available</c>, <c>damaged</c> or <c>safetyStock</c>.</param>
/// <param name="LocationId">Where; the main location when null.</param>
public sealed record StockPlace(string State, Guid? LocationId = null);

/// <summary>Pieces that stay in the house: taken to another location, found damaged, mended, kept back, put on sale again.</summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="Quantity">Pieces, at least 1.</param>
/// <param name="From">What they were.</param>
/// <param name="To">What they are.</param>
/// <param name="Reason">Shown in the ledger, such as <c>damage</c> or <c>transfer</c>.</param>
public sealed record MoveStock(string Sku, int Quantity, StockPlace From, StockPlace To, string Reason);

/// <summary>What a move wrote.</summary>
/// <param name="Lines">The ledger's lines: one within a location, two between locations.</param>
public sealed record StockMoved(IReadOnlyList<Adjustment> Lines);

public sealed class MoveStockValidator : AbstractValidator<MoveStock>
{
    public MoveStockValidator()
    {
        RuleFor(r => r.Sku).NotEmpty().MaximumLength(100);
        RuleFor(r => r.Quantity).InclusiveBetween(1, AdjustStockValidator.LargestDelta);
        RuleFor(r => r.From).NotNull().ChildRules(IsPlace);
        RuleFor(r => r.To).NotNull().ChildRules(IsPlace);
        RuleFor(r => r.To).Must((r, to) => r.From is null || to is null || Full(to) != Full(r.From)).WithMessage("They are there already.");
        RuleFor(r => r.Reason).NotEmpty().MaximumLength(200);
    }

    private static void IsPlace(InlineValidator<StockPlace> place) =>
        place
            .RuleFor(p => p.State)
            .Must(s => s is "available" or "damaged" or "safetyStock")
            .WithMessage("available, damaged or safetyStock.");

    private static StockPlace Full(StockPlace place) => place with { LocationId = place.LocationId ?? Location.Main };
}

internal static class MoveStockEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/inventory/moves", MoveAsync)
            .WithName("Inventory.MoveStock")
            .WithTags("Inventory")
            .WithSummary(
                "Move pieces between locations, or between available, damaged and safety stock; the same Idempotency-Key moves once"
            )
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(422)
            .Validate<MoveStock>()
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<StockMoved>, ProblemHttpResult>> MoveAsync(
        MoveStock request,
        [FromHeader(Name = "Idempotency-Key")] string? key,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        ClaimsPrincipal caller,
        IDbContextOutbox<InventoryDbContext> outbox,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (StaffRequests.KeyProblem(key) is { } missing)
            return missing;
        var (from, to) = (request.From.LocationId ?? Location.Main, request.To.LocationId ?? Location.Main);
        var (lines, problem) = await outbox.WriteAsync(
            new StaffChange(
                request.Sku,
                from == to ? [from] : [from, to],
                _ => Changes(request, from, to),
                request.Reason,
                caller.Actor(),
                key!,
                StaffRequests.Hash(request),
                ifMatch
            ),
            clock,
            cancellationToken
        );
        return lines is null ? problem! : TypedResults.Ok(new StockMoved([.. lines.Select(Adjustment.From)]));
    }

    private static PiecesChange[] Changes(MoveStock request, Guid from, Guid to)
    {
        var (taken, put) = (Pieces(from, request.From.State, -request.Quantity), Pieces(to, request.To.State, request.Quantity));
        return from == to ? [new(from, 0, taken.Damaged + put.Damaged, taken.SafetyStock + put.SafetyStock)] : [taken, put];
    }

    private static PiecesChange Pieces(Guid location, string state, int delta) =>
        new(location, delta, state == "damaged" ? delta : 0, state == "safetyStock" ? delta : 0);
}
