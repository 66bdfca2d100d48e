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

/// <summary>Pieces that came or went other than by a purchase: counted, broken, returned, found. Say either <c>delta</c> or <c>setTo</c>.</summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="Delta">Pieces in (positive) or out (negative), not 0.</param>
/// <param name="Reason">Shown in the ledger, such as <c>return</c>, <c>damage</c> or <c>recount</c>.</param>
/// <param name="LocationId">Where; the main location when null.</param>
/// <param name="Quantity">
/// What kind of pieces: <c>onHand</c> (the default), <c>damaged</c> or <c>safetyStock</c>. Pieces on hand are the sum of all kinds, so a damaged
/// piece less is also one less on hand: thrown away.
/// </param>
/// <param name="SetTo">How many a count has found, of that kind at that location.</param>
public sealed record AdjustStock(
    string Sku,
    int? Delta,
    string Reason,
    Guid? LocationId = null,
    string? Quantity = null,
    int? SetTo = null
);

public sealed class AdjustStockValidator : AbstractValidator<AdjustStock>
{
    public const int LargestDelta = 1_000_000;

    public AdjustStockValidator()
    {
        RuleFor(r => r.Sku).NotEmpty().MaximumLength(100);
        RuleFor(r => r.Delta).NotEqual(0).InclusiveBetween(-LargestDelta, LargestDelta);
        RuleFor(r => r.SetTo).InclusiveBetween(0, LargestDelta);
        RuleFor(r => r.Delta).Null().When(r => r.SetTo is not null).WithMessage("Say either delta or setTo.");
        RuleFor(r => r.Delta).NotNull().When(r => r.SetTo is null).WithMessage("Say either delta or setTo.");
        RuleFor(r => r.Quantity)
            .Must(q => q is null or "onHand" or "damaged" or "safetyStock")
            .WithMessage("onHand, damaged or safetyStock.");
        RuleFor(r => r.Reason).NotEmpty().MaximumLength(200);
    }
}

internal static class AdjustStockEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/inventory/adjustments", AdjustAsync)
            .WithName("Inventory.AdjustStock")
            .WithTags("Inventory")
            .WithSummary("Adjust a level by hand, or set it to what was counted; the same Idempotency-Key adjusts once")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(422)
            .Validate<AdjustStock>()
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<Adjustment>, ProblemHttpResult>> AdjustAsync(
        AdjustStock request,
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
        var location = request.LocationId ?? Location.Main;
        var (lines, problem) = await outbox.WriteAsync(
            new StaffChange(
                request.Sku,
                [location],
                levels => [Change(levels[location], request)],
                request.Reason,
                caller.Actor(),
                key!,
                StaffRequests.Hash(request),
                ifMatch
            ),
            clock,
            cancellationToken
        );
        return lines is null ? problem! : TypedResults.Ok(Adjustment.From(lines[0]));
    }

    private static PiecesChange Change(LocationLevel level, AdjustStock request)
    {
        var counted = request.Quantity switch
        {
            "damaged" => level.Damaged,
            "safetyStock" => level.SafetyStock,
            _ => level.OnHand,
        };
        var delta = request.Delta ?? request.SetTo!.Value - counted;
        return new(level.LocationId, delta, request.Quantity == "damaged" ? delta : 0, request.Quantity == "safetyStock" ? delta : 0);
    }
}
