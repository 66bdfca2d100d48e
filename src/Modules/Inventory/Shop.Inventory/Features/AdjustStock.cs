using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>Corrects a level by hand: counted, broken, found.</summary>
/// <param name="Sku">The stock keeping unit.</param>
/// <param name="Delta">Pieces in (positive) or out (negative), not 0.</param>
/// <param name="Reason">Shown in the ledger.</param>
public sealed record AdjustStock(string Sku, int Delta, string Reason);

public sealed class AdjustStockValidator : AbstractValidator<AdjustStock>
{
    public const int LargestDelta = 1_000_000;

    public AdjustStockValidator()
    {
        RuleFor(r => r.Sku).NotEmpty().MaximumLength(100);
        RuleFor(r => r.Delta).NotEqual(0).InclusiveBetween(-LargestDelta, LargestDelta);
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
            .WithSummary("Adjust a level by hand; the same Idempotency-Key adjusts once")
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
        if (key is not { Length: > 0 and <= 200 })
            return Problems.Problem(400, "inventory.idempotency_key_required", "Send an Idempotency-Key of at most 200 characters.");
        var actor = caller.UserId()?.ToString() ?? "unknown";
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request));
        await using var transaction = await outbox.DbContext.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            return await ApplyAsync(outbox, request, ifMatch, actor, key, hash, clock, cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The same key for another item at the same time: the other request was first, and this one has changed nothing.
            await transaction.RollbackAsync(cancellationToken);
            outbox.DbContext.ChangeTracker.Clear();
            return Replay((await FindAsync(outbox.DbContext, actor, key, cancellationToken))!, hash);
        }
    }

    private static async Task<Results<Ok<Adjustment>, ProblemHttpResult>> ApplyAsync(
        IDbContextOutbox<InventoryDbContext> outbox,
        AdjustStock request,
        string? ifMatch,
        string actor,
        string key,
        byte[] hash,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        // Locked, so that what is decided here is still so when it is written, and a twin of this request has written its movement by now.
        var level = await db.LockLevelAsync(request.Sku, cancellationToken);
        if (await FindAsync(db, actor, key, cancellationToken) is { } earlier)
            return Replay(earlier, hash);
        if (level is null)
            return Problems.NotFound("inventory.unknown_sku", "No such SKU.");
        if (ifMatch is not null && ifMatch != $"\"{level.Version}\"")
            return Problems.Problem(412, "inventory.version_mismatch", "The level has changed meanwhile.", [new("level", level)]);
        if ((long)level.Available + request.Delta < 0)
            return Problems.Conflict("inventory.would_oversell", "Less would be left than is promised.", [new("level", level)]);
        if ((long)level.OnHand + request.Delta > int.MaxValue)
            return Problems.Unprocessable("inventory.too_many", "No level can be that high.");

        var movement = new Movement
        {
            Sku = request.Sku,
            Delta = request.Delta,
            OnHand = level.OnHand + request.Delta,
            Version = level.Version + 1,
            Reason = request.Reason,
            Actor = actor,
            At = Microseconds(clock.GetUtcNow()),
            IdempotencyKey = key,
            RequestHash = hash,
        };
        db.Movements.Add(movement);
        await db.SaveChangesAsync(cancellationToken);
        await db
            .Items.Where(i => i.Sku == request.Sku)
            .ExecuteUpdateAsync(
                set => set.SetProperty(i => i.OnHand, movement.OnHand).SetProperty(i => i.Version, movement.Version),
                cancellationToken
            );
        var available = level.Available + request.Delta;
        if (Availability.Crossed(available, request.Delta))
            await outbox.PublishAsync(new AvailabilityChanged([new(request.Sku, available > 0, movement.Version)]));
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        return TypedResults.Ok(Answer(movement));
    }

    private static Task<Movement?> FindAsync(InventoryDbContext db, string actor, string key, CancellationToken cancellationToken) =>
        db.Movements.AsNoTracking().SingleOrDefaultAsync(m => m.Actor == actor && m.IdempotencyKey == key, cancellationToken);

    private static Results<Ok<Adjustment>, ProblemHttpResult> Replay(Movement earlier, byte[] hash) =>
        hash.AsSpan().SequenceEqual(earlier.RequestHash)
            ? TypedResults.Ok(Answer(earlier))
            : Problems.Unprocessable("inventory.idempotency_key_reused", "This Idempotency-Key was used for another adjustment.");

    // As exact as the database keeps it, so that a replay is the first answer to the letter.
    private static DateTimeOffset Microseconds(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    private static Adjustment Answer(Movement m) => new(m.Id, m.Sku, m.Delta, m.OnHand, m.Version, m.Reason, m.Actor, m.At);
}
