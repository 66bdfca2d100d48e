using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Shop.BuildingBlocks;
using Shop.BuildingBlocks.Contracts;
using Shop.Orders.Contracts;
using Shop.Orders.Data;
using Shop.Orders.Domain;

namespace Shop.Orders.Features;

/// <summary>An order in full.</summary>
/// <param name="Id">The order.</param>
/// <param name="Number">The number people use.</param>
/// <param name="Status">pending, confirmed, completed, canceled or expired.</param>
/// <param name="Email">Where mails about the order go.</param>
/// <param name="Lines">What was bought.</param>
/// <param name="Totals">What it adds up to.</param>
/// <param name="ShippingAddress">Where the parcel goes.</param>
/// <param name="BillingAddress">Where the invoice goes.</param>
/// <param name="ShippingMethod">The method's code.</param>
/// <param name="PlacedAt">When it was placed, UTC.</param>
/// <param name="ConfirmedAt">When it was confirmed, UTC; null if it never was.</param>
/// <param name="CanceledAt">When it was canceled, UTC; null if it was not.</param>
/// <param name="CancelReason">Stable code of why it was canceled.</param>
/// <param name="Timeline">What has happened to it, oldest first.</param>
/// <param name="Promotions">What reduced it, in the order of application; null for nothing.</param>
public sealed record OrderDetails(
    Guid Id,
    string Number,
    string Status,
    string Email,
    IReadOnlyList<OrderLine> Lines,
    OrderTotals Totals,
    PostalAddress? ShippingAddress,
    PostalAddress? BillingAddress,
    string ShippingMethod,
    DateTimeOffset? PlacedAt,
    DateTimeOffset? ConfirmedAt,
    DateTimeOffset? CanceledAt,
    string? CancelReason,
    IReadOnlyList<TimelineEntry> Timeline,
    IReadOnlyList<OrderPromotion>? Promotions
)
{
    internal static OrderDetails Of(Order order) =>
        new(
            order.Id,
            order.Number,
            order.Status.ToText(),
            order.Email,
            order.ToLines(),
            order.ToTotals(),
            order.ShippingAddress,
            order.BillingAddress,
            order.ShippingMethod,
            order.PlacedAt,
            order.ConfirmedAt,
            order.CanceledAt,
            order.CancelReason,
            [.. order.Timeline.OrderBy(e => e.At).Select(e => new TimelineEntry(e.Kind.ToText(), e.At, e.Detail))],
            order.Promotions
        );
}

/// <summary>Something that happened to an order.</summary>
/// <param name="Kind">placed, confirmed or canceled.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Detail">A stable code, such as the reason of a cancellation.</param>
public sealed record TimelineEntry(string Kind, DateTimeOffset At, string? Detail);

internal static class GetOrderEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/orders/{id:guid}", GetAsync)
            .WithName("Orders.GetOrder")
            .WithTags("Orders")
            .WithSummary("One order: the caller's own, or any for staff")
            .ProducesProblem(404)
            .RequireAuthorization(Policies.Customer);

    private static async Task<Results<Ok<OrderDetails>, ProblemHttpResult>> GetAsync(
        Guid id,
        ClaimsPrincipal caller,
        OrdersDbContext db,
        CancellationToken cancellationToken
    ) =>
        await db.Orders.AsNoTracking().FindForAsync(caller, id, cancellationToken) is { } order
            ? TypedResults.Ok(OrderDetails.Of(order))
            : OrderAccess.NotFound();
}

/// <summary>Who may see which order.</summary>
internal static class OrderAccess
{
    /// <summary>The whole order if the caller may see it; null otherwise, as if it did not exist.</summary>
    public static Task<Order?> FindForAsync(
        this IQueryable<Order> orders,
        ClaimsPrincipal caller,
        Guid id,
        CancellationToken cancellationToken
    )
    {
        var (isStaff, customer) = (caller.IsStaff(), caller.UserId());
        return orders
            .Include(o => o.Lines)
            .Include(o => o.Timeline)
            .AsSplitQuery()
            .SingleOrDefaultAsync(o => o.Id == id && (isStaff || (customer != null && o.CustomerId == customer)), cancellationToken);
    }

    public static ProblemHttpResult NotFound() => Problems.NotFound("orders.unknown_order", "No such order.");

    public static string ToText(this Enum value) => value.ToString().ToLowerInvariant();
}
