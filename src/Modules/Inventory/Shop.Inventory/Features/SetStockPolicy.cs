using System.Security.Claims;
using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Inventory.Contracts;
using Shop.Inventory.Data;
using Shop.Inventory.Domain;

namespace Shop.Inventory.Features;

/// <summary>How an item is sold beyond its stock, and from when on it is low.</summary>
/// <param name="Backorder">Holds may go beyond stock.</param>
/// <param name="BackorderLimit">By how many pieces at most; not fewer than are backordered now.</param>
/// <param name="LowStockThreshold">Low is this many pieces available or fewer; null: nobody wants to know.</param>
public sealed record StockPolicy(bool Backorder, int BackorderLimit, int? LowStockThreshold);

public sealed class StockPolicyValidator : AbstractValidator<StockPolicy>
{
    private const int Most = 1_000_000;

    public StockPolicyValidator()
    {
        RuleFor(p => p.BackorderLimit).InclusiveBetween(0, Most);
        RuleFor(p => p.BackorderLimit).GreaterThan(0).When(p => p.Backorder);
        RuleFor(p => p.LowStockThreshold).InclusiveBetween(0, Most);
    }
}

internal static class SetStockPolicyEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut("/api/v1/inventory/levels/{sku}/policy", SetAsync)
            .WithName("Inventory.SetStockPolicy")
            .WithTags("Inventory")
            .WithSummary("Say whether a SKU may be backordered, how far, and from when on it is low")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .Validate<StockPolicy>()
            .RequireAuthorization(Policies.Staff);

    private static async Task<Results<Ok<StockPolicy>, ProblemHttpResult>> SetAsync(
        string sku,
        StockPolicy policy,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        ClaimsPrincipal caller,
        IDbContextOutbox<InventoryDbContext> outbox,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.LockItemAsync(sku, cancellationToken) is not { } item)
            return Problems.NotFound("inventory.unknown_sku", "No such SKU.");
        if (ifMatch is not null && ifMatch != $"\"{item.Version}\"")
            return Problems.Problem(412, "inventory.version_mismatch", "The level has changed meanwhile.");
        if (policy.BackorderLimit < -item.Available)
            return Problems.Conflict("inventory.backordered", $"{-item.Available} pieces are backordered now; the limit can't be lower.");

        var version = item.Version + 1;
        await db
            .Items.Where(i => i.Sku == sku)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(i => i.Backorder, policy.Backorder)
                        .SetProperty(i => i.BackorderLimit, policy.BackorderLimit)
                        .SetProperty(i => i.LowStockThreshold, policy.LowStockThreshold)
                        .SetProperty(i => i.Version, version),
                cancellationToken
            );
        var before = new StockPolicy(item.Backorder, item.BackorderLimit, item.LowStockThreshold);
        db.Changes.Add(
            new SettingChange
            {
                At = clock.GetUtcNow(),
                Actor = caller.Actor(),
                Subject = $"sku:{sku}",
                Before = JsonSerializer.Serialize(before, JsonSerializerOptions.Web),
                After = JsonSerializer.Serialize(policy, JsonSerializerOptions.Web),
            }
        );
        var sellable = item.Available + (policy.Backorder ? policy.BackorderLimit : 0);
        if (Availability.Crossed(sellable, sellable - item.Sellable))
            await outbox.PublishAsync(new AvailabilityChanged([new(sku, sellable > 0, version)]));
        if (item.Available <= policy.LowStockThreshold && !(item.Available <= item.LowStockThreshold))
            await outbox.PublishAsync(new StockLow([new(sku, item.Available, policy.LowStockThreshold.Value, version)]));
        await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
        response.Headers[HeaderNames.ETag] = $"\"{version}\"";
        return TypedResults.Ok(policy);
    }
}
