using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shop.BuildingBlocks;
using Shop.Carts.Data;
using Shop.Carts.Domain;

namespace Shop.Carts.Features;

/// <summary>What staff do with promotions; each change leaves a line in the ledger of staff changes.</summary>
public static class ManagePromotionsEndpoints
{
    private const string Root = "/api/v1/carts/promotions";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(Root, CreateAsync)
            .WithName("Carts.CreatePromotion")
            .WithTags("Carts")
            .WithSummary("Offers a promotion, by a code or to everybody.")
            .Validate<PromotionRequest>()
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPut(Root + "/{promotionId:guid}", ChangeAsync)
            .WithName("Carts.ChangePromotion")
            .WithTags("Carts")
            .WithSummary("Changes a promotion, from now on. Needs If-Match.")
            .Validate<PromotionRequest>()
            .ProducesProblem(412)
            .RequireAuthorization(Policies.Staff);
        routes
            .MapPost(Root + "/{promotionId:guid}/end", EndAsync)
            .WithName("Carts.EndPromotion")
            .WithTags("Carts")
            .WithSummary("Ends a promotion now. Purchases that have begun keep it.")
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet(Root + "/{promotionId:guid}", GetAsync)
            .WithName("Carts.GetPromotion")
            .WithTags("Carts")
            .WithSummary("One promotion, and how often it was used.")
            .RequireAuthorization(Policies.Staff);
        routes
            .MapGet(Root, ListAsync)
            .WithName("Carts.ListPromotions")
            .WithTags("Carts")
            .WithSummary("Promotions, newest first.")
            .RequireAuthorization(Policies.Staff);
    }

    private static async Task<Results<Created<PromotionDetails>, ProblemHttpResult>> CreateAsync(
        PromotionRequest request,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        if (await db.Promotions.CountAsync(p => p.EndsAt == null || p.EndsAt > now, cancellationToken) >= Promotion.MaxRunning)
            return Problems.Unprocessable("carts.promotion_limit", $"At most {Promotion.MaxRunning} promotions at a time; end one first.");
        var promotion = request.ToPromotion(Guid.CreateVersion7(now), 1, now);
        db.Promotions.Add(promotion);
        if (!await TrySaveAsync(db, caller, "promotion.created", promotion, now, cancellationToken))
            return CodeTaken();
        response.Headers.ETag = ETag(promotion);
        return TypedResults.Created($"{Root}/{promotion.Id}", PromotionDetails.Of(promotion, 0, now));
    }

    private static async Task<Results<Ok<PromotionDetails>, ProblemHttpResult>> ChangeAsync(
        Guid promotionId,
        PromotionRequest request,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        if (CartAnswers.RequireVersion(http.Request.Headers.IfMatch) is { } unconditional)
            return unconditional;
        if (await db.Promotions.SingleOrDefaultAsync(p => p.Id == promotionId, cancellationToken) is not { } before)
            return Unknown();
        if (!CartAnswers.Matches(http.Request.Headers.IfMatch, ETag(before)))
            return Changed();
        var now = clock.GetUtcNow();
        var after = request.ToPromotion(before.Id, before.Version + 1, before.CreatedAt);
        db.Entry(before).CurrentValues.SetValues(after);
        try
        {
            if (!await TrySaveAsync(db, caller, "promotion.changed", after, now, cancellationToken))
                return CodeTaken();
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed();
        }
        http.Response.Headers.ETag = ETag(after);
        return TypedResults.Ok(PromotionDetails.Of(after, await UsedAsync(db, promotionId, cancellationToken), now));
    }

    private static async Task<Results<Ok<PromotionDetails>, ProblemHttpResult>> EndAsync(
        Guid promotionId,
        ClaimsPrincipal caller,
        CartsDbContext db,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        if (await db.Promotions.SingleOrDefaultAsync(p => p.Id == promotionId, cancellationToken) is not { } promotion)
            return Unknown();
        var now = clock.GetUtcNow();
        if (promotion.NotRunning(now) != "expired")
        {
            var ended = promotion with
            {
                EndsAt = now,
                StartsAt = promotion.StartsAt > now ? null : promotion.StartsAt,
                Version = promotion.Version + 1,
            };
            db.Entry(promotion).CurrentValues.SetValues(ended);
            try
            {
                await TrySaveAsync(db, caller, "promotion.ended", ended, now, cancellationToken);
            }
            catch (DbUpdateConcurrencyException)
            {
                return Changed();
            }
            promotion = ended;
        }
        response.Headers.ETag = ETag(promotion);
        return TypedResults.Ok(PromotionDetails.Of(promotion, await UsedAsync(db, promotionId, cancellationToken), now));
    }

    private static async Task<Results<Ok<PromotionDetails>, ProblemHttpResult>> GetAsync(
        Guid promotionId,
        CartsDbContext db,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        if (await db.Promotions.AsNoTracking().SingleOrDefaultAsync(p => p.Id == promotionId, cancellationToken) is not { } promotion)
            return Unknown();
        response.Headers.ETag = ETag(promotion);
        return TypedResults.Ok(PromotionDetails.Of(promotion, await UsedAsync(db, promotionId, cancellationToken), clock.GetUtcNow()));
    }

    private static async Task<Results<Ok<Page<PromotionDetails>>, ProblemHttpResult>> ListAsync(
        CartsDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken,
        string? cursor = null,
        int? limit = null
    )
    {
        Guid? before = null;
        if (cursor is not null)
        {
            if (!Paging.TryDecode(cursor, out var key) || !Guid.TryParse(key, out var last))
                return Problems.Problem(400, "carts.invalid_cursor", "Give back a nextCursor as it was received.");
            before = last;
        }
        var size = Paging.Limit(limit);
        var rows = await db
            .Promotions.AsNoTracking()
            .Where(p => before == null || p.Id < before)
            .OrderByDescending(p => p.Id)
            .Take(size + 1)
            .Select(p => new
            {
                Promotion = p,
                Used = db.PromotionUses.Where(u => u.PromotionId == p.Id && u.Holder == "").Select(u => u.Used).SingleOrDefault(),
            })
            .ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        return TypedResults.Ok(rows.ConvertAll(r => PromotionDetails.Of(r.Promotion, r.Used, now)).ToPage(size, p => p.Id.ToString()));
    }

    private static async Task<bool> TrySaveAsync(
        CartsDbContext db,
        ClaimsPrincipal caller,
        string action,
        Promotion promotion,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await db.SaveStaffChangeAsync(caller, action, promotion.Id.ToString(), promotion, now, cancellationToken);
            return true;
        }
        catch (DbUpdateException e)
            when (e.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: PromotionConfiguration.OneCode }
            )
        {
            return false;
        }
    }

    private static Task<int> UsedAsync(CartsDbContext db, Guid promotionId, CancellationToken cancellationToken) =>
        db
            .PromotionUses.Where(u => u.PromotionId == promotionId && u.Holder == Holders.Everybody)
            .Select(u => u.Used)
            .SingleOrDefaultAsync(cancellationToken);

    private static string ETag(Promotion promotion) => string.Create(CultureInfo.InvariantCulture, $"\"{promotion.Version}\"");

    private static ProblemHttpResult Unknown() => Problems.NotFound("carts.unknown_promotion", "There is no such promotion.");

    private static ProblemHttpResult Changed() =>
        Problems.Problem(412, "carts.version_mismatch", "The promotion has changed meanwhile. Read it again.");

    private static ProblemHttpResult CodeTaken() => Problems.Conflict("carts.code_taken", "Another promotion has this code.");
}
