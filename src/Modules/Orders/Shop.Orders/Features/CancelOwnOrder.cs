using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Messaging;
using Shop.Orders.Data;
using Shop.Orders.Domain;

namespace Shop.Orders.Features;

/// <summary>
/// The customer changes their mind before the money is taken. The purchase hears of it by OrderCanceled and gives stock and money back.
/// </summary>
internal static class CancelOwnOrderEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/orders/{id:guid}/cancel", CancelAsync)
            .WithName("Orders.CancelOrder")
            .WithTags("Orders")
            .WithSummary("Cancel an order that is not paid yet")
            .ProducesProblem(404)
            .ProducesProblem(409)
            .RequireAuthorization(Policies.Customer);

    private static async Task<Results<Ok<OrderDetails>, ProblemHttpResult>> CancelAsync(
        Guid id,
        ClaimsPrincipal caller,
        IDbContextOutbox<OrdersDbContext> outbox,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var db = outbox.DbContext;
        var order = await db.Orders.FindForAsync(caller, id, cancellationToken);
        if (order is null)
            return OrderAccess.NotFound();
        if (order.Status == OrderStatus.Pending)
        {
            var byCustomer = order.CustomerId == caller.UserId();
            order.Cancel(byCustomer ? "orders.canceled_by_customer" : "orders.canceled_by_staff", clock.GetUtcNow());
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                await outbox.PublishAsync(order.ToCanceled());
                await outbox.SaveChangesAndFlushMessagesAsync(cancellationToken);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Confirmed or canceled by someone else meanwhile: nothing of this was saved, and theirs stands.
                await transaction.RollbackAsync(cancellationToken);
                db.ChangeTracker.Clear();
                order = (await db.Orders.AsNoTracking().FindForAsync(caller, id, cancellationToken))!;
            }
        }
        return order.IsDead
            ? TypedResults.Ok(OrderDetails.Of(order))
            : Problems.Conflict("orders.already_captured", "The order is paid; it can be returned, not canceled.");
    }
}
